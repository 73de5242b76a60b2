/* Runs a fuzz target over the files of a folder: its corpus as an ordinary test.
 * A fault ends the program; an empty folder is one. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *dir, const char *name)
{
	static uint8_t bytes[1 << 20];
	char path[4096];
	uint8_t *exact;
	size_t size;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "rb");
	if (in == NULL) {
		perror(path);
		return -1;
	}
	size = fread(bytes, 1, sizeof(bytes), in);
	fclose(in);
	/* A block of just this size, so that a read past its end is seen. */
	exact = malloc(size ? size : 1);
	if (exact == NULL)
		return -1;
	for (size_t i = 0; i < size; i++)
		exact[i] = bytes[i];
	printf("%s\n", name);
	fflush(stdout);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	unsigned n = 0;
	DIR *dir;

	dir = argc == 2 ? opendir(argv[1]) : NULL;
	if (dir == NULL) {
		fprintf(stderr, "usage: TARGET_replay CORPUS\n");
		return 2;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (replay(argv[1], entry->d_name))
			return 1;
		n++;
	}
	closedir(dir);
	printf("%u inputs\n", n);
	return n ? 0 : 1;
}
