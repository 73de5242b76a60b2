# Writes one file of records, one by one, on standard output; the same ones every
# time. The totals of listings and activations are published; who, when and where
# are made up, and so are the citizens' numbers (no issued number begins with 999).
# Usage: awk -v what=listings|activations|visits [-v commune=CODE -v villages=N -v seed=N] -f records.awk

function random(below) # Lehmer, exact in a double
{
	state = (state * 16807) % 2147483647
	return state % below
}

function day(offset,    month, lengths)
{
	split("31 28 31 30 31 30 31 31 30 31 30 31", lengths, " ")
	year = 2022
	for (month = 1; offset >= lengths[month] + (month == 2 && year == 2024); ) {
		offset -= lengths[month] + (month == 2 && year == 2024)
		if (++month > 12) {
			month = 1
			year++
		}
	}
	return sprintf("%d-%02d-%02d", year, month, offset + 1)
}

# Of 267 starred products 79 are on both platforms, 20 on Postmart alone, 80 on
# Voso alone, 88 on neither. Enterprise teams list most, village teams some.
function listings(    product)
{
	print "date,team,product,platform,ocop,state"
	for (product = 1; product <= 179; product++) {
		team = product % 15 == 1 ? sprintf("T%s-%02d", commune, 1 + product % villages) : ""
		if (product <= 99)
			printf "%s,%s,OCOP-%03d,postmart,yes,on\n", day(120 + random(90)),
				team != "" ? team : "E22-01", product
		if (product <= 79 || product >= 100)
			printf "%s,%s,OCOP-%03d,voso,yes,on\n", day(120 + random(90)),
				team != "" ? team : "E22-02", product
	}
}

# 5,202 people hold an account; 5,152 of them activated it, some days later. Day
# 988 of the count is 2024-09-15.
function activations(    person, registered)
{
	print "date,team,scheme,citizen,state,birth_year,member"
	for (person = 1; person <= 5202; person++) {
		registered = 151 + random(800)
		birth = 1940 + random(66)
		where = sprintf("TXT-%d,vneid,999%09d", 1 + person % 6, person * 37)
		printf "%s,%s,registered,%d,m%d\n", day(registered), where, birth, 1 + random(5)
		if (person % 104 != 1 || person > 5200)
			printf "%s,%s,on,%d,m%d\n", day(registered + random(38)), where, birth, 1 + random(5)
	}
}

# Rounds of the 92 days from 2022-06-01: most at home, some at the desk or in a meeting.
function visits(    n, place, village, household)
{
	split("portal payment vssid storefront safe_net signature vneid", topics, " ")
	print "date,team,place,household,topic,member,outcome"
	for (n = 0; n < 3000; n++) {
		village = 1 + random(villages)
		place = random(10)
		household = place == 0 ? "" : 1 + random(237)
		printf "%s,T%s-%02d,%s,%s,%s%s,m%d,%s\n", day(151 + random(92)), commune, village,
			place == 0 ? "meeting" : place == 1 ? "one_stop" : "home", household,
			topics[1 + random(7)], random(4) == 0 ? ";" topics[1 + random(7)] : "",
			1 + random(5), random(8) == 0 ? "absent" : "done"
	}
}

BEGIN {
	state = seed ? seed : 2022
	for (warm = 0; warm < 10; warm++)
		random(2)
	if (what == "listings")
		listings()
	else if (what == "activations")
		activations()
	else
		visits()
}
