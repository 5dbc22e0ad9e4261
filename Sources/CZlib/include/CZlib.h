#ifndef SLOTSCOPE_CZLIB_H
#define SLOTSCOPE_CZLIB_H

#include <zlib.h>

// What Swift cannot see of zlib: inflateInit2 is a macro.

/// Prepares a zeroed stream for raw deflate data, as zip archives have them. Returns zlib's code.
int slotscope_inflate_begin(z_stream *stream);

#endif
