/* Group commit: the longer a commit takes, the more the next one carries. A job
 * that does not fit its log (it was overtaken) fails alone; a failed commit
 * fails all of its jobs, and the sync state machine asks for them again. */
#include "core/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct job {
	struct job *next;
	struct gn_writer_done done;
	void (*write)(struct gn_txn *txn, struct gn_bytes data); /* NULL: a STORE */
	uint64_t first;
	size_t n, size;
	struct gn_bytes *entries; /* into data */
	uint8_t *data;
};

struct queue {
	struct job *first, **last;
};

struct gn_writer {
	struct gn_writer_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wanted, eased;
	struct queue waiting, done;
	size_t bytes;
	bool stopping;
};

static void push(struct queue *q, struct job *job)
{
	job->next = NULL;
	*q->last = job;
	q->last = &job->next;
}

static struct job *pop(struct queue *q)
{
	struct job *job = q->first;
	if (job) {
		q->first = job->next;
		if (!q->first)
			q->last = &q->first;
	}
	return job;
}

static void free_job(struct job *job)
{
	free(job->entries);
	free(job->data);
	free(job);
}

static void store(struct gn_txn *txn, struct job *job)
{
	struct gn_log log;
	job->done.err = gn_log_need(txn, job->done.origin, &log);
	if (!job->done.err && log.tip.seq + 1 != job->first)
		job->done.err = GN_E_ORDER;
	if (!job->done.err)
		job->done.err = gn_log_append(txn, &log, job->entries, job->n, &job->done.tip);
}

static enum gn_err try_commit(struct gn_writer *writer, const struct queue *group)
{
	struct gn_txn txn = gn_txn_begin(writer->options.store, true);
	for (struct job *job = group->first; job; job = job->next) {
		if (job->write)
			job->write(&txn, gn_bytes(job->data, job->size));
		else
			store(&txn, job);
	}
	return gn_txn_commit(&txn);
}

/* A full disk is an answer, a full map only asks for a larger one. */
static void commit_group(struct gn_writer *writer, struct queue *group)
{
	enum gn_err err = try_commit(writer, group);
	if (err == GN_E_FULL && gn_store_make_room(writer->options.store) == GN_OK)
		err = try_commit(writer, group);
	for (struct job *job = group->first; job && err; job = job->next)
		job->done.err = err;
}

/* True: there is a group. False: stopping and nothing is left. */
static bool take_group(struct gn_writer *writer, struct queue *group)
{
	pthread_mutex_lock(&writer->lock);
	while (!writer->waiting.first && !writer->stopping)
		pthread_cond_wait(&writer->wanted, &writer->lock);
	group->first = NULL;
	group->last = &group->first;
	for (int n = 0; n < GN_WRITER_GROUP && writer->waiting.first; n++)
		push(group, pop(&writer->waiting));
	pthread_mutex_unlock(&writer->lock);
	return group->first != NULL;
}

static void hand_over(struct gn_writer *writer, struct queue *group)
{
	pthread_mutex_lock(&writer->lock);
	for (struct job *job = pop(group); job; job = pop(group)) {
		writer->bytes -= job->size;
		if (job->write)
			free_job(job);
		else
			push(&writer->done, job);
	}
	pthread_cond_broadcast(&writer->eased);
	pthread_mutex_unlock(&writer->lock);
}

static void *run(void *arg)
{
	struct gn_writer *writer = arg;
	struct queue group;
	while (take_group(writer, &group)) {
		commit_group(writer, &group);
		hand_over(writer, &group);
		writer->options.done(writer->options.context);
		if (writer->options.committed)
			writer->options.committed(writer->options.context);
	}
	return NULL;
}

enum gn_err gn_writer_new(const struct gn_writer_options *options, struct gn_writer **ret_writer)
{
	struct gn_writer *writer = calloc(1, sizeof *writer);
	if (!writer)
		return GN_E_NOMEM;
	writer->options = *options;
	writer->waiting.last = &writer->waiting.first;
	writer->done.last = &writer->done.first;
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->wanted, NULL);
	pthread_cond_init(&writer->eased, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&writer->thread, NULL, run, writer) != 0) {
		free(writer);
		return GN_E_SYSTEM;
	}
	*ret_writer = writer;
	return GN_OK;
}

void gn_writer_free(struct gn_writer **writer_ptr)
{
	struct gn_writer *writer = *writer_ptr;
	if (!writer)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->stopping = true;
	pthread_cond_signal(&writer->wanted);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	for (struct job *job = pop(&writer->done); job; job = pop(&writer->done))
		free_job(job);
	pthread_cond_destroy(&writer->wanted);
	pthread_cond_destroy(&writer->eased);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
	*writer_ptr = NULL;
}

static void submit(struct gn_writer *writer, struct job *job)
{
	pthread_mutex_lock(&writer->lock);
	writer->bytes += job->size;
	push(&writer->waiting, job);
	pthread_cond_signal(&writer->wanted);
	pthread_mutex_unlock(&writer->lock);
}

/* A batch's entries lie in one message, one after the other: one copy moves all. */
static enum gn_err copy_entries(struct job *job, const struct gn_act *act)
{
	const uint8_t *begin = act->entries[0].data;
	const struct gn_bytes *last = &act->entries[act->n - 1];
	job->size = (size_t)(last->data + last->size - begin);
	job->data = malloc(job->size);
	job->entries = malloc(act->n * sizeof *job->entries);
	if (!job->data || !job->entries)
		return GN_E_NOMEM;
	memcpy(job->data, begin, job->size);
	for (size_t i = 0; i < act->n; i++)
		job->entries[i] =
		        gn_bytes(job->data + (act->entries[i].data - begin), act->entries[i].size);
	job->n = act->n;
	return GN_OK;
}

enum gn_err gn_writer_store(struct gn_writer *writer, const struct gn_act *act)
{
	struct job *job = calloc(1, sizeof *job);
	if (!job || copy_entries(job, act)) {
		if (job)
			free_job(job);
		return GN_E_NOMEM;
	}
	job->done = (struct gn_writer_done){.from = act->peer, .tip = act->tip};
	memcpy(job->done.origin, act->origin, GN_KEY_SIZE);
	job->first = act->first;
	submit(writer, job);
	return GN_OK;
}

enum gn_err gn_writer_call(struct gn_writer *writer,
        void (*write)(struct gn_txn *txn, struct gn_bytes data), struct gn_bytes data)
{
	struct job *job = calloc(1, sizeof *job);
	uint8_t *copy = malloc(data.size + 1);
	if (!job || !copy) {
		free(job);
		free(copy);
		return GN_E_NOMEM;
	}
	memcpy(copy, data.data, data.size);
	job->write = write;
	job->data = copy;
	job->size = data.size;
	submit(writer, job);
	return GN_OK;
}

bool gn_writer_take(struct gn_writer *writer, struct gn_writer_done *ret_done)
{
	pthread_mutex_lock(&writer->lock);
	struct job *job = pop(&writer->done);
	pthread_mutex_unlock(&writer->lock);
	if (!job)
		return false;
	*ret_done = job->done;
	free_job(job);
	return true;
}

bool gn_writer_room(struct gn_writer *writer, int timeout_ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)timeout_ms * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&writer->lock);
	int rc = 0;
	while (writer->bytes > GN_WRITER_QUEUE_BYTES && rc == 0)
		rc = pthread_cond_timedwait(&writer->eased, &writer->lock, &until);
	bool room = writer->bytes <= GN_WRITER_QUEUE_BYTES;
	pthread_mutex_unlock(&writer->lock);
	return room;
}
