/* Reads the machine and the store; writes nothing to the card. */
#include "node/report.h"

#include "core/day.h"
#include "node/author.h"
#include "node/custody.h"
#include "proto/signed.h"
#include "sync.pb-c.h"

#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>

static uint32_t temperature(void)
{
	unsigned value = 0;
	FILE *in = fopen("/sys/class/thermal/thermal_zone0/temp", "r");
	if (!in)
		return 0;
	if (fscanf(in, "%u", &value) != 1)
		value = 0;
	fclose(in);
	return value;
}

static uint64_t disk_free(const char *dir)
{
	struct statvfs vfs;
	return statvfs(dir, &vfs) ? 0 : (uint64_t)vfs.f_bavail * vfs.f_frsize;
}

static enum gn_err registry_time(struct gn_txn *txn, const struct gn_view *view, uint64_t *ret_ms)
{
	struct gn_log log;
	struct gn_bytes wire;
	struct gn_entry entry;
	struct gn_header header;
	*ret_ms = 0;
	if (!view->has_registrar || gn_log_find(txn, view->registrar, &log) || log.tip.seq == 0)
		return txn->err;
	enum gn_err err = gn_log_read(txn, log.no, log.tip.seq, &wire);
	if (!err)
		err = gn_entry_parse(wire, &entry);
	if (!err)
		err = gn_header_parse(entry.header, &header);
	if (!err)
		*ret_ms = header.clock >> 16;
	return err;
}

enum gn_err node_health(
        struct node *node, const struct gn_view *view, struct node_health *ret_health)
{
	struct node_health health = {.disk_free_bytes = disk_free(node->dir),
	        .temperature_mc = temperature(),
	        .clock_ms = gn_now_ms(),
	        .quality = node_clock_quality(),
	        .registry = gn_registry_version(view->registry)};
	struct sysinfo info;
	struct gn_log log;
	if (sysinfo(&info) == 0)
		health.uptime_s = (uint64_t)info.uptime;
	GN_AUTO_TXN txn = gn_txn_begin(node->store, false);
	enum gn_err err = gn_log_find(&txn, node->origin, &log);
	if (err == GN_OK) {
		health.head = log.tip.seq;
		health.receipted = log.receipted;
		health.pending = log.tip.seq - log.receipted;
		memcpy(health.hash, log.tip.hash, GN_HASH_SIZE);
	} else if (err != GN_E_NOTFOUND) {
		return err;
	}
	struct node_custody *custody = NULL;
	err = registry_time(&txn, view, &health.registry_ms);
	if (!err)
		err = node_custody_read(&txn, node->origin, &custody);
	if (err)
		return err;
	health.not_counted = node_custody_refused(custody);
	node_custody_free(&custody);
	*ret_health = health;
	return GN_OK;
}

enum gn_err node_report_pack(
        struct node *node, const struct gn_view *view, uint8_t *buf, size_t cap, size_t *ret_size)
{
	struct node_health health;
	enum gn_err err = node_health(node, view, &health);
	if (err)
		return err;
	Gonha__Report report = GONHA__REPORT__INIT;
	report.counter = health.clock_ms << 16;
	report.head = health.head;
	report.hash = (ProtobufCBinaryData){GN_HASH_SIZE, health.hash};
	report.pending = health.pending;
	report.software = "gonha-node " GONHA_VERSION;
	report.disk_free_bytes = health.disk_free_bytes;
	report.temperature_mc = health.temperature_mc;
	report.clock_ms = health.clock_ms;
	report.quality = health.quality;
	report.uptime_s = health.uptime_s;
	report.way = "direct";
	report.registry = health.registry;
	uint8_t statement[NODE_REPORT_MAX];
	if (gonha__report__get_packed_size(&report) > sizeof statement)
		return GN_E_SIZE;
	size_t size = gonha__report__pack(&report, statement);
	return gn_signed_write(
	        node->secret, "gonha status", gn_bytes(statement, size), buf, cap, ret_size);
}
