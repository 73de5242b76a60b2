/* Writes the registry of a province of Quảng Ninh's size. Decides how totals
 * spread over communes, villages and teams; every total is counted while it is
 * written and checked at the end. */
#include "data/province.h"

#include <stdio.h>
#include <stdlib.h>

struct share { /* so many have so much */
	int count, value;
};

static const struct share villages_of_commune[] = {{5, 3}, {6, 4}, {14, 5}, {24, 6}, {31, 7},
        {29, 8}, {20, 9}, {15, 10}, {11, 11}, {8, 12}, {5, 13}, {4, 14}, {2, 15}, {2, 16}, {1, 20}};
static const struct share members_of_team[] = {
        {150, 5}, {280, 6}, {311, 7}, {309, 8}, {200, 9}, {120, 10}, {60, 11}, {43, 12}};
static const struct share ocop_of_commune[] = {
        {23, 0}, {90, 1}, {40, 2}, {15, 3}, {5, 4}, {2, 5}, {2, 11}};

/* Village measures that are a share of its people, in thousandths: those from 14
 * and 18 years are the simulation's assumptions, the others are made up. */
static const struct {
	const char *name;
	int64_t thousandths;
	bool of_households;
} parts[] = {{"citizens_14", 750, false}, {"adults_18", 700, false}, {"children_6_13", 130, false},
        {"farm_households", 550, true}};
#define PARTS (sizeof parts / sizeof *parts)

#define DATE "2022-01-01"
#define COMMUNE_TEAMS 10 /* of the largest communes */
#define ENTERPRISE_TEAMS 11

struct province {
	FILE *units, *teams, *measures;
	int villages, teams_written;
	int64_t members, citizens, households, ocop;
	int64_t commune_members; /* of the commune at hand */
};

/* The rank-th value of a distribution, from the smallest. */
static int value_at(const struct share *shares, int rank)
{
	while (rank >= shares->count)
		rank -= (shares++)->count;
	return shares->value;
}

static void put_team(
        struct province *p, const char *code, const char *unit, const char *kind, const char *name)
{
	/* 400 and 1,473 have no common divisor: each value is used as often as it should. */
	int members = value_at(members_of_team, p->teams_written++ * 400 % PROVINCE_TEAMS);
	fprintf(p->teams, "%s,%s,%s,%s,%d\n", code, unit, kind, name, members);
	p->members += members;
	p->commune_members += members;
}

static void put_measure(struct province *p, const char *unit, const char *measure, int64_t value)
{
	fprintf(p->measures, "%s,%s," DATE ",%lld\n", unit, measure, (long long)value);
}

/* What is rounded away here is made up for in the next village. */
static int64_t part_of(int64_t before, int64_t after, int64_t thousandths)
{
	return (after * thousandths + 500) / 1000 - (before * thousandths + 500) / 1000;
}

static void put_village_measures(struct province *p, const char *village)
{
	int64_t citizens = p->citizens, households = p->households;
	p->citizens += p->villages <= 794 ? 950 : 949;
	p->households += p->villages <= 562 ? 238 : 237;
	put_measure(p, village, "citizens", p->citizens - citizens);
	put_measure(p, village, "households", p->households - households);
	for (size_t i = 0; i < PARTS; i++)
		put_measure(p, village, parts[i].name,
		        parts[i].of_households
		                ? part_of(households, p->households, parts[i].thousandths)
		                : part_of(citizens, p->citizens, parts[i].thousandths));
}

static void put_village(struct province *p, const char *commune)
{
	char code[16], team[16], name[64];
	int number = ++p->villages;
	snprintf(code, sizeof code, "V%04d", number);
	snprintf(team, sizeof team, "T%04d", number);
	snprintf(name, sizeof name, "Tổ CNSCĐ thôn %04d", number);
	fprintf(p->units, "%s,%s,village,Thôn %04d\n", code, commune, number);
	put_team(p, team, code, "local", name);
	put_village_measures(p, code);
}

static void put_commune(struct province *p, int number)
{
	char code[16], team[16], name[64];
	int rank = number * 50 % PROVINCE_COMMUNES; /* 50 and 177 have no common divisor */
	snprintf(code, sizeof code, "C%03d", number);
	fprintf(p->units, "%s,22,commune,Xã %03d\n", code, number);
	p->commune_members = 0;
	for (int i = value_at(villages_of_commune, rank); i > 0; i--)
		put_village(p, code);
	if (rank >= PROVINCE_COMMUNES - COMMUNE_TEAMS) {
		snprintf(team, sizeof team, "TC%03d", number);
		snprintf(name, sizeof name, "Tổ CNSCĐ xã %03d", number);
		put_team(p, team, code, "local", name);
	}
	int ocop = value_at(ocop_of_commune, rank);
	p->ocop += ocop;
	put_measure(p, code, "ocop_products", ocop);
	put_measure(p, code, "members", p->commune_members);
}

static void put_all(struct province *p)
{
	fputs("code,parent,level,name\n22,,province,Quảng Ninh\n", p->units);
	fputs("code,unit,kind,name,members\n", p->teams);
	fputs("unit,measure,date,value\n", p->measures);
	for (int i = 1; i <= PROVINCE_COMMUNES; i++)
		put_commune(p, i);
	for (int i = 1; i <= ENTERPRISE_TEAMS; i++) {
		char code[16], name[64];
		snprintf(code, sizeof code, "E%02d", i);
		snprintf(name, sizeof name, "Tổ CNSCĐ doanh nghiệp %02d", i);
		put_team(p, code, "22", "enterprise", name);
	}
	put_measure(p, "22", "members", p->members);
}

static bool is_exact(const char *what, int64_t got, int64_t wanted)
{
	if (got != wanted)
		fprintf(stderr, "province: %lld %s, expected %lld\n", (long long)got, what,
		        (long long)wanted);
	return got == wanted;
}

static bool has_totals(const struct province *p)
{
	bool good = is_exact("villages", p->villages, PROVINCE_VILLAGES);
	good &= is_exact("teams", p->teams_written, PROVINCE_TEAMS);
	good &= is_exact("members", p->members, PROVINCE_MEMBERS);
	good &= is_exact("citizens", p->citizens, PROVINCE_CITIZENS);
	good &= is_exact("households", p->households, PROVINCE_HOUSEHOLDS);
	return is_exact("OCOP products", p->ocop, PROVINCE_OCOP) && good;
}

static FILE *open_in(const char *dir, const char *name)
{
	char *path;
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return NULL;
	FILE *file = fopen(path, "w");
	if (!file)
		perror(path);
	free(path);
	return file;
}

static bool finish(FILE *file)
{
	bool good = file && !ferror(file);
	return (!file || fclose(file) == 0) && good;
}

bool province_write(const char *dir)
{
	struct province p = {.units = open_in(dir, "units.csv"),
	        .teams = open_in(dir, "teams.csv"),
	        .measures = open_in(dir, "measures.csv")};
	bool good = p.units && p.teams && p.measures;
	if (good) {
		put_all(&p);
		good = has_totals(&p);
	}
	good &= finish(p.units);
	good &= finish(p.teams);
	good &= finish(p.measures);
	return good;
}
