/* The names of errors: for people and for machines. */
#include "proto/base.h"

static const struct {
	const char *code, *text;
} errors[GN_ERR_COUNT] = {
        [GN_OK] = {"ok", "no error"},
        [GN_E_SYSTEM] = {"system", "the system refused"},
        [GN_E_NOMEM] = {"nomem", "out of memory"},
        [GN_E_FULL] = {"full", "no room left"},
        [GN_E_NOTFOUND] = {"notfound", "not found"},
        [GN_E_EXISTS] = {"exists", "is there already"},
        [GN_E_USAGE] = {"usage", "wrong usage"},
        [GN_E_INPUT] = {"input", "wrong input"},
        [GN_E_FORMAT] = {"format", "cannot be parsed"},
        [GN_E_SIZE] = {"size", "larger than allowed"},
        [GN_E_SIGNATURE] = {"signature", "signature does not match"},
        [GN_E_LINK] = {"link", "does not follow from the entry before"},
        [GN_E_ORDER] = {"order", "sequence out of order"},
        [GN_E_ORIGIN] = {"origin", "not an origin that may write here"},
        [GN_E_DENIED] = {"denied", "key unknown, revoked or without this right"},
        [GN_E_VERSION] = {"version", "written by a newer program"},
        [GN_E_CORRUPT] = {"corrupt", "stored data contradict themselves"},
        [GN_E_SEALED] = {"sealed", "cannot be opened with the keys at hand"},
        [GN_E_BUSY] = {"busy", "in use by another process"},
};

const char *gn_err_text(enum gn_err err)
{
	return (size_t)err < GN_ERR_COUNT ? errors[err].text : "unknown error";
}

const char *gn_err_code(enum gn_err err)
{
	return (size_t)err < GN_ERR_COUNT ? errors[err].code : "unknown";
}
