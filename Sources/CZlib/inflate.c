#include "CZlib.h"

int slotscope_inflate_begin(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }
