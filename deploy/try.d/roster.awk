# Writes units.csv, teams.csv and measures.csv of a province of Quảng Ninh's size
# into the folder `to`: 177 communes, 1,452 villages, 1,473 teams (1,462 local and
# 11 of enterprises), 11,255 members, 1,378,742 people. The totals are published;
# how they spread, the names and the codes are made up. Households (4 people
# each) and age shares (0.75 from 14, 0.70 from 18) are assumptions.
# Usage: awk -v to=FOLDER -f roster.awk

function spread(text, list,    n, i, k, pair, groups, count)
{
	n = split(text, groups, " ")
	count = 0
	for (i = 1; i <= n; i++) {
		split(groups[i], pair, "x")
		for (k = 0; k < pair[1]; k++)
			list[count++] = pair[2]
	}
	return count
}

function add_team(code, unit, kind, name)
{
	# 400 and 1,473 have no common divisor: every value of the list is used once.
	printf "%s,%s,%s,\"%s\",%d\n", code, unit, kind, name, members[(team * 400) % 1473] > teams
	team++
}

function add_measures(unit, people, households)
{
	printf "%s,citizens,2022-01-01,%d\n", unit, people > measures
	printf "%s,citizens_14,2022-01-01,%d\n", unit, int(people * 0.75) > measures
	printf "%s,adults_18,2022-01-01,%d\n", unit, int(people * 0.70) > measures
	printf "%s,households,2022-01-01,%d\n", unit, households > measures
}

BEGIN {
	units = to "/units.csv"
	teams = to "/teams.csv"
	measures = to "/measures.csv"
	# communes x villages, largest first; teams x members
	spread("1x20 2x16 2x15 4x14 5x13 8x12 11x11 15x10 20x9 29x8 31x7 24x6 14x5 6x4 5x3", sizes)
	spread("150x5 280x6 311x7 309x8 200x9 120x10 60x11 43x12", members)

	print "code,parent,level,name" > units
	print "code,unit,kind,name,members" > teams
	print "unit,measure,date,value" > measures
	print "22,,province,Tỉnh Quảng Ninh" > units
	for (c = 1; c <= 177; c++) {
		rank = (c * 50) % 177 # the largest is rank 0
		commune = sprintf("22-%03d", c)
		printf "%s,22,commune,Xã số %d\n", commune, c > units
		for (v = 1; v <= sizes[rank]; v++) {
			code = sprintf("%s-%02d", commune, v)
			printf "%s,%s,village,\"Thôn %d, xã số %d\"\n", code, commune, v, c > units
			add_team("T" code, code, "local", sprintf("Tổ CNSCĐ thôn %d, xã số %d", v, c))
			add_measures(code, village < 794 ? 950 : 949, village < 562 ? 238 : 237)
			village++
		}
		if (rank < 10) # the ten largest communes have a team of their own beside
			add_team("T" commune, commune, "local", sprintf("Tổ CNSCĐ xã số %d", c))
	}
	for (e = 1; e <= 11; e++)
		add_team(sprintf("E22-%02d", e), "22", "enterprise", sprintf("Tổ CNSCĐ doanh nghiệp số %d", e))
}
