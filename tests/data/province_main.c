/* gonha-province FOLDER: the test province as registry files. */
#include <stdio.h>

#include "data/province.h"

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: gonha-province FOLDER\n", stderr);
		return 2;
	}
	return province_write(argv[1]) ? 0 : 1;
}
