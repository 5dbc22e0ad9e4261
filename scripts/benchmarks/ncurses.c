// The least that a program on ncurses does: takes the terminal, shows a line, gives it back. What else there is to a
// first frame is the browser's own.
#include <locale.h>
#include <ncurses.h>

int main(void) {
    setlocale(LC_CTYPE, "");
    initscr();
    start_color();
    addstr("an empty program quit");
    refresh();
    getch();
    endwin();
    return 0;
}
