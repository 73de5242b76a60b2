#include "fixture_cli.h"

#include "core/file.h"
#include "core/text.h"
#include "node/ref.h"

static struct fixture_node fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_make(&fixture);
	fixture_join(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_done(&fixture);
	return 0;
}

/* In what was said, this node's short id reads NODE. */
static void without_id(char *text)
{
	char id[GN_ID_TEXT], *at = text;
	gn_base32(gn_bytes(fixture.node->origin, GN_KEY_SIZE), id, sizeof(id));
	id[GN_ID_SHORT] = '\0';
	while ((at = strstr(at, id))) {
		memcpy(at, "NODE", 4);
		memmove(at + 4, at + GN_ID_SHORT, strlen(at + GN_ID_SHORT) + 1);
	}
}

static void says(const char *line, int status, const char *out, const char *err)
{
	struct fixture_said said = *fixture_says(&fixture, line);
	without_id(said.out);
	without_id(said.err);
	assert_string_equal(said.err, err);
	assert_string_equal(said.out, out);
	assert_int_equal(said.status, status);
}

#define VISIT "record visit date=2022-06-01 team=t1 place=home topic=vneid household="

static void records_are_listed_in_the_order_written(void **state)
{
	(void)state;
	says(VISIT "9", 0, "NODE:1\n", "");
	says(VISIT "05 citizen=022186000123 member=m1", 0, "NODE:3\n", "");
	says("record training date=02/06/2022 team=tc topic=portal audience=citizen "
	     "participants=40 title=a,b",
	        0, "NODE:4\n", "");
	says("list --format csv --kind visit", 0,
	        "id,kind,date,team,place,household,topic,citizen,member,outcome,state\n"
	        "NODE:1,visit,2022-06-01,t1,home,9,vneid,,,,current\n"
	        "NODE:3,visit,2022-06-01,t1,home,5,vneid,•,m1,,current\n",
	        "");
	says("list --format csv --kind training", 0,
	        "id,kind,date,team,topic,audience,participants,title,state\n"
	        "NODE:4,training,2022-06-02,tc,portal,citizen,40,\"a,b\",current\n",
	        "");
	says("list --format csv --kind training --kind visit --from 02/06/2022", 0,
	        "id,kind,date,team,place,household,topic,citizen,member,outcome,audience,"
	        "participants,title,state\n"
	        "NODE:4,training,2022-06-02,tc,,,portal,,,,citizen,40,\"a,b\",current\n",
	        "");
	says("list --format json --kind training --to 2022-06-02", 0,
	        "{\"rows\":[{\"id\":\"NODE:4\",\"kind\":\"training\",\"date\":\"2022-06-02\","
	        "\"team\":\"tc\",\"topic\":\"portal\",\"audience\":\"citizen\",\"participants\":40,"
	        "\"title\":\"a,b\",\"state\":\"current\"}]}\n",
	        "");
}

/* The column "state" of an activation is not the record's own state. */
static void two_states_are_kept_apart(void **state)
{
	(void)state;
	says("record activation date=2022-06-01 team=t1 scheme=vneid citizen=x state=registered", 0,
	        "NODE:2\n", "");
	says("list --format csv --kind activation", 0,
	        "id,kind,date,team,scheme,citizen,household,subject_state,birth_year,member,state\n"
	        "NODE:2,activation,2022-06-01,t1,vneid,•,,registered,•,,current\n",
	        "");
}

static void corrections_keep_what_is_not_named(void **state)
{
	(void)state;
	says(VISIT "9 citizen=022186000123 member=m1", 0, "NODE:2\n", "");
	says("correct NODE:2 household=10", 1, "",
	        "gonha-node: no entries of this node are here\n");
	says("correct xa:2 household=10", 0, "NODE:3\n", "");
	says("correct xa:2 household=11", 1, "",
	        "gonha-node: this version was corrected already; correct NODE:3\n");
	says("correct xa:3 household=x", 1, "",
	        "gonha-node: household: expected a number from 1 to 65535, got \"x\"\n");
	says("correct xa:3 colour=red", 2, "",
	        "gonha-node: a record of kind visit has no field \"colour\"\n");
	says("correct xa:3 team=t2 member=", 0, "NODE:4\n", "");
	says("correct xa:1 household=1", 1, "", "gonha-node: this entry is no record\n");
	says("correct xa:99 household=1", 1, "", "gonha-node: there is no such entry\n");
	says("list --format csv --kind visit", 0,
	        "id,kind,date,team,place,household,topic,citizen,member,outcome,state\n"
	        "NODE:2,visit,2022-06-01,t1,home,9,vneid,•,m1,,corrected\n"
	        "NODE:3,visit,2022-06-01,t1,home,10,vneid,•,m1,,corrected\n"
	        "NODE:4,visit,2022-06-01,t2,home,10,vneid,•,,,current\n",
	        "");
	says("void xa:2 --reason typed+twice", 0, "NODE:2 is void\n", "");
	says("void xa:4 --reason again", 1, "", "gonha-node: this record is void already\n");
	says("correct xa:4 household=1", 1, "", "gonha-node: this record is void already\n");
	says("list --format csv --kind visit", 0,
	        "id,kind,date,team,place,household,topic,citizen,member,outcome,state\n"
	        "NODE:2,visit,2022-06-01,t1,home,9,vneid,•,m1,,void\n"
	        "NODE:3,visit,2022-06-01,t1,home,10,vneid,•,m1,,void\n"
	        "NODE:4,visit,2022-06-01,t2,home,10,vneid,•,,,void\n",
	        "");
	says("verify", 0, "3 logs, 32 entries: every link and signature is right\n", "");
}

static struct gn_ref citizen_at(uint64_t seq)
{
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	struct node_id id = {.seq = seq};
	struct gn_body body;
	memcpy(id.origin, fixture.node->origin, GN_KEY_SIZE);
	assert_int_equal(node_ref_body(&txn, &id, &body, NULL), GN_OK);
	return body.record.citizen_at;
}

/* Each later version refers to the entry that holds the block, not to another reference. */
static void an_unchanged_citizen_is_a_reference(void **state)
{
	(void)state;
	says(VISIT "9 citizen=x", 0, "NODE:2\n", "");
	says("correct xa:2 household=10", 0, "NODE:3\n", "");
	says("correct xa:3 household=11", 0, "NODE:4\n", "");
	says("correct xa:4 citizen=y", 0, "NODE:5\n", "");
	says("correct xa:5 citizen=", 0, "NODE:6\n", "");
	assert_int_equal(citizen_at(3).seq, 2);
	assert_int_equal(citizen_at(4).seq, 2);
	assert_int_equal(citizen_at(5).seq, 0);
	assert_int_equal(citizen_at(6).seq, 0);
	struct gn_ref ref;
	struct node_id id = {.seq = 2};
	struct node_walk walk = {.tip.seq = 0};
	memcpy(id.origin, fixture.node->origin, GN_KEY_SIZE);
	GN_AUTO_TXN txn = gn_txn_begin(fixture.node->store, false);
	assert_int_equal(node_ref_make(&txn, &walk, &id, &ref), GN_OK);
	gn_txn_abort(&txn);
	struct gn_ref kept = citizen_at(4);
	assert_memory_equal(kept.hash, ref.hash, GN_REF_HASH);
}

static void wrong_usage_is_told_apart(void **state)
{
	(void)state;
	says("record walk date=2022-06-01", 2, "",
	        "gonha-node: unknown kind of record \"walk\"; expected visit, activation, "
	        "training, listing, assessment or tally\n");
	says("record visit date", 2, "", "gonha-node: expected FIELD=VALUE, got \"date\"\n");
	says("record visit team=t1 team=t2", 2, "", "gonha-node: team: given twice\n");
	says("record visit date=2022-06-01 village=v1", 2, "",
	        "gonha-node: a record of kind visit has no field \"village\"\n");
	says("void xa:1", 2, "", "gonha-node: a void needs its --reason\n");
	says("void", 2, "", "gonha-node: expected NODE:SEQ or --import ID\n");
	says("void xa --reason x", 1, "", "gonha-node: expected NODE:SEQ, such as mfrggzdf:17\n");
	says("list --kind walk", 2, "", "gonha-node: --kind: unknown kind of record \"walk\"\n");
	says("list --from yesterday", 2, "",
	        "gonha-node: --from: expected a day like 2022-06-01 or 01/06/2022, got "
	        "\"yesterday\"\n");
	says("list --format xml", 2, "",
	        "gonha-node: --format: expected table, csv or json, got \"xml\"\n");
}

static void an_import_says_what_it_did(void **state)
{
	(void)state;
	assert_int_equal(chdir(fixture.base), 0);
	assert_int_equal(
	        gn_file_write("v.csv", 0600,
	                gn_bytes_str("date,team,place,household,topic\n2022-06-01,t1,home,1,vneid\n"
	                             "2022-06-01,t1,home,2,vneid\n")),
	        GN_OK);
	assert_int_equal(gn_file_write("bad.csv", 0600,
	                         gn_bytes_str("date,team,place,household,topic\n"
	                                      "2022-06-01,t1,home,x,vneid\n")),
	        GN_OK);
	assert_int_equal(gn_file_write("t.csv", 0600,
	                         gn_bytes_str("date,team,topic,audience,participants\n"
	                                      "2022-06-01,t1,vneid,citizen,5\n")),
	        GN_OK);
	says("import v.csv bad.csv", 1, "",
	        "gonha-node: bad.csv:2: household: expected a number from 1 to 65535, got \"x\"\n"
	        "gonha-node: 1 fault; nothing was stored\n");
	says("import none.csv", 1, "",
	        "gonha-node: none.csv: no such file\ngonha-node: 1 fault; nothing was stored\n");
	says("import v.csv t.csv", 0,
	        "v.csv: 2 visits stored, ids NODE:1..NODE:2, import a9b0602f4f905053\n"
	        "t.csv: 1 training stored, ids NODE:3..NODE:3, import 82ade0b849eb9a3b\n",
	        "");
	says("import v.csv", 0,
	        "v.csv: nothing stored: all 2 visits are here already, ids NODE:1..NODE:2, "
	        "import a9b0602f4f905053\n",
	        "");
	says("import --again v.csv t.csv", 0,
	        "v.csv: 2 visits stored, ids NODE:4..NODE:5, import 43b9d5e3c5396990\n"
	        "v.csv: a repeat is harmless where households or citizens are counted; the number "
	        "of visits counts twice\n"
	        "t.csv: 1 training stored, ids NODE:6..NODE:6, import 82fe7c6c03d7d3d9\n"
	        "t.csv: a training that is stored twice counts twice; void --import takes one "
	        "back\n",
	        "");
	says("void --import a9b0602f4f905053", 0,
	        "import a9b0602f4f905053: 2 of 2 records taken back now; all of it is void\n", "");
	says("void --import a9b0602f4f905053 --reason again", 0,
	        "import a9b0602f4f905053: 0 of 2 records taken back now; all of it is void\n", "");
	says("void --import 0000000000000000", 1, "",
	        "gonha-node: there is no such import here; import prints its id\n");
	says("list --format csv --kind visit", 0,
	        "id,kind,date,team,place,household,topic,citizen,member,outcome,state\n"
	        "NODE:1,visit,2022-06-01,t1,home,1,vneid,,,,void\n"
	        "NODE:2,visit,2022-06-01,t1,home,2,vneid,,,,void\n"
	        "NODE:4,visit,2022-06-01,t1,home,1,vneid,,,,current\n"
	        "NODE:5,visit,2022-06-01,t1,home,2,vneid,,,,current\n",
	        "");
	says("verify", 0, "3 logs, 35 entries: every link and signature is right\n", "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        TEST(records_are_listed_in_the_order_written),
	        TEST(two_states_are_kept_apart),
	        TEST(corrections_keep_what_is_not_named),
	        TEST(an_unchanged_citizen_is_a_reference),
	        TEST(wrong_usage_is_told_apart),
	        TEST(an_import_says_what_it_did),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
