/* A province of Quảng Ninh's size as registry files: the totals are the
 * published ones, the spread over places and all names are made up. */
#ifndef TESTS_DATA_PROVINCE_H
#define TESTS_DATA_PROVINCE_H

#include <stdbool.h>
#include <stdint.h>

#define PROVINCE_COMMUNES 177
#define PROVINCE_VILLAGES 1452
#define PROVINCE_TEAMS 1473 /* 1,462 local, 11 of enterprises */
#define PROVINCE_MEMBERS 11255
#define PROVINCE_CITIZENS 1378742
#define PROVINCE_HOUSEHOLDS 344686 /* assumed: 4 people each */
#define PROVINCE_OCOP 267

/* Writes units.csv, teams.csv and measures.csv into the folder `dir`, the same
 * bytes every time. False when a file can't be written or a total is missed;
 * the reason is on stderr. */
bool province_write(const char *dir);

#endif
