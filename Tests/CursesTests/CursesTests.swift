import CNcurses
import Testing

/// ncurses has one current screen in a process, so everything that uses it runs one after the other.
@Suite("Curses", .serialized)
@MainActor
struct CursesTests {}

/// Makes sure that characters beyond ASCII can be drawn whatever the locale of the tests is.
func useUTF8() { setlocale(LC_CTYPE, "C.UTF-8") }
