// What Swift cannot see of ncurses, and what must run inside a signal handler.
//
// Not imported by Swift: macros with casts or parameters (A_*), mutable globals (stdscr), variadic functions
// (ioctl). Everything here is `static inline`, because a system library target has no files of its own to compile.
#ifndef SLOTSCOPE_CNCURSES_SHIM_H
#define SLOTSCOPE_CNCURSES_SHIM_H

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <ncurses.h>

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// Declared by their headers only under feature macros that a module cannot choose.
extern int wcwidth(wchar_t);
extern int memfd_create(const char *, unsigned int);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int posix_spawn_file_actions_addtcsetpgrp_np(posix_spawn_file_actions_t *, int);

// MARK: Attributes

static const attr_t slotscope_normal = A_NORMAL;
static const attr_t slotscope_bold = A_BOLD;
static const attr_t slotscope_dim = A_DIM;
static const attr_t slotscope_underline = A_UNDERLINE;
static const attr_t slotscope_reverse = A_REVERSE;

// MARK: Globals

static inline WINDOW *slotscope_window(void) { return stdscr; }
static inline WINDOW *slotscope_physical_window(void) { return curscr; }
static inline int slotscope_color_count(void) { return has_colors() ? COLORS : 0; }
static inline FILE *slotscope_standard_input(void) { return stdin; }
static inline FILE *slotscope_standard_output(void) { return stdout; }

/// A string capability of the current terminal; NULL where it has none (terminfo says -1 for "not a string").
static inline const char *slotscope_capability(const char *name) {
    char *text = tigetstr((char *)name);
    return text == (char *)-1 ? NULL : text;
}

static inline char **slotscope_environment(void) {
    extern char **environ;
    return environ;
}

// MARK: The device

/// Columns that the C library, and so ncurses, gives a character; -1 where it does not know it.
static inline int slotscope_column_count(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

/// The window's size as the kernel knows it; false where it does not.
static inline bool slotscope_window_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}

/// Whether nothing can come from a terminal any more. Asked after it was readable and gave nothing.
static inline bool slotscope_is_hung_up(int descriptor) {
    struct pollfd entry = {.fd = descriptor, .events = POLLIN};
    if (poll(&entry, 1, 0) <= 0) return false;
    if (entry.revents & (POLLHUP | POLLERR | POLLNVAL)) return true;
    int waiting = 0;
    return (entry.revents & POLLIN) && (ioctl(descriptor, FIONREAD, &waiting) != 0 || waiting == 0);
}

/// Writes all of it, whatever interrupts.
static inline void slotscope_write(int descriptor, const void *bytes, size_t count) {
    const char *next = (const char *)bytes;
    while (count > 0) {
        ssize_t written = write(descriptor, next, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        next += written;
        count -= (size_t)written;
    }
}

/// What the signal does to a program that says nothing about it.
static inline void slotscope_use_default_action(int number) { signal(number, SIG_DFL); }

// MARK: Job control

// What keys become where the keyboard is not raw, and what handled that before: initialised, because Swift's importer
// leaves out tentative definitions.
static const int slotscope_signals_of_keys[] = {SIGINT, SIGQUIT, SIGTSTP};
enum { slotscope_count_of_keys = 3 };
static struct {
    struct sigaction actions[slotscope_count_of_keys];
} slotscope_before_keys = {.actions = {{.sa_flags = 0}}};

/// From here until `slotscope_heed_keys` such a signal is nothing to this process. Not left to whoever handles it to
/// pass over: libdispatch tells of a signal later, and not who sent it.
static inline void slotscope_ignore_keys(void) {
    struct sigaction ignored;
    memset(&ignored, 0, sizeof ignored);
    ignored.sa_handler = SIG_IGN;
    for (int i = 0; i < slotscope_count_of_keys; i++)
        sigaction(slotscope_signals_of_keys[i], &ignored, &slotscope_before_keys.actions[i]);
}

static inline void slotscope_heed_keys(void) {
    for (int i = 0; i < slotscope_count_of_keys; i++)
        sigaction(slotscope_signals_of_keys[i], &slotscope_before_keys.actions[i], NULL);
}

/// Stops the process as Ctrl-Z does, together with its process group, and returns when it is continued.
static inline void slotscope_stop_until_continued(void) {
    struct sigaction ignored, standard, before;
    memset(&ignored, 0, sizeof ignored);
    ignored.sa_handler = SIG_IGN;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigset_t stop, mask;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    // First the others, then this thread by `raise`: a signal to the whole process may arrive a little later.
    sigaction(SIGTSTP, &ignored, &before);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &standard, NULL);
    pthread_sigmask(SIG_UNBLOCK, &stop, &mask);
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
}

/// Lets a process group have the terminal, asked by one that need not have it itself.
static inline void slotscope_give_terminal(int terminal, pid_t group) {
    sigset_t ask, mask;
    sigemptyset(&ask);
    sigaddset(&ask, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &ask, &mask);
    tcsetpgrp(terminal, group);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/// Starts a program in a folder, in a process group of its own that has the terminal, with signals as they are at login.
/// Returns an errno; 0 where it runs.
static inline int slotscope_start_in_foreground(
    const char *path, char *const arguments[], char *const environment[], const char *directory, int terminal,
    pid_t *process) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory);
    // In the child, before the program runs: a shell that finds itself in the background would stop at once.
    posix_spawn_file_actions_addtcsetpgrp_np(&actions, terminal);
    int error = posix_spawn(process, path, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0) slotscope_give_terminal(terminal, getpgrp());
    return error;
}

/// Waits for the end of such a program. Where it is stopped instead, this process stops as well, and both go on together.
static inline void slotscope_wait_in_foreground(pid_t process, int terminal) {
    for (;;) {
        int status = 0;
        pid_t found = waitpid(process, &status, WUNTRACED);
        if (found < 0 && errno == EINTR) continue;
        slotscope_give_terminal(terminal, getpgrp());
        if (found < 0 || !WIFSTOPPED(status)) return;
        slotscope_stop_until_continued();
        slotscope_give_terminal(terminal, process);
        kill(-process, SIGCONT);
    }
}

// MARK: Restoring the terminal, also when the process crashes

// Standard error is held back in memory while the screen is shown, and comes out after it: a message in the middle of
// the screen would destroy it and be lost with it.
//
// The state is static: Swift must call these functions from one source file, since every file that does has a copy.
// A signal handler may use it at any time, hence the flag, which is set last and cleared first.
static struct {
    volatile sig_atomic_t is_armed;
    int descriptor;
    struct termios modes;
    char bytes[512];
    size_t count;
    int held_messages;
    int standard_error;
} slotscope_restoration = {.descriptor = -1, .held_messages = -1, .standard_error = -1};

static const int slotscope_crash_signals[] = {SIGSEGV, SIGABRT, SIGILL, SIGTRAP, SIGBUS, SIGFPE};
enum { slotscope_crash_signal_count = 6 };
// Initialised, because Swift's importer leaves out tentative definitions.
static struct {
    struct sigaction actions[slotscope_crash_signal_count];
} slotscope_earlier = {.actions = {{.sa_flags = 0}}};

static inline void slotscope_hold_messages(void) {
    if (slotscope_restoration.held_messages >= 0 || !isatty(STDERR_FILENO)) return;
    int held = memfd_create("slotscope-messages", 1 /* MFD_CLOEXEC */);
    if (held < 0) return;
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (kept < 0 || dup2(held, STDERR_FILENO) < 0) {
        close(held);
        if (kept >= 0) close(kept);
        return;
    }
    slotscope_restoration.standard_error = kept;
    slotscope_restoration.held_messages = held;
}

static inline void slotscope_release_messages(void) {
    int held = slotscope_restoration.held_messages;
    if (held < 0) return;
    slotscope_restoration.held_messages = -1;
    dup2(slotscope_restoration.standard_error, STDERR_FILENO);
    close(slotscope_restoration.standard_error);
    char part[1024];
    off_t offset = 0;
    for (ssize_t count; (count = pread(held, part, sizeof part, offset)) > 0; offset += count)
        slotscope_write(STDERR_FILENO, part, (size_t)count);
    close(held);
}

/// Gives the terminal back, if it is not already. Safe in a signal handler.
static inline void slotscope_restore(void) {
    if (!slotscope_restoration.is_armed) return;
    slotscope_restoration.is_armed = 0;
    slotscope_write(
        slotscope_restoration.descriptor, slotscope_restoration.bytes, slotscope_restoration.count);
    tcsetattr(slotscope_restoration.descriptor, TCSANOW, &slotscope_restoration.modes);
    slotscope_release_messages();
}

/// Restores, lets an earlier handler (Swift's backtrace) see the crash as it was, and ends the process by the signal.
static inline void slotscope_crashed(int number, siginfo_t *information, void *context) {
    slotscope_restore();
    for (int i = 0; i < slotscope_crash_signal_count; i++) {
        if (slotscope_crash_signals[i] != number) continue;
        const struct sigaction *earlier = &slotscope_earlier.actions[i];
        if (earlier->sa_flags & SA_SIGINFO)
            earlier->sa_sigaction(number, information, context);
        else if (earlier->sa_handler != SIG_DFL && earlier->sa_handler != SIG_IGN)
            earlier->sa_handler(number);
    }
    // Raised rather than left to happen again: what another process sent, or a trap, would not.
    signal(number, SIG_DFL);
    raise(number);
}

/// Installs the handlers of crashes and of `exit`, once per process.
static inline void slotscope_watch_for_crashes(void) {
    static bool is_installed = false;
    if (is_installed) return;
    is_installed = true;
    atexit(slotscope_restore);
    // A stack overflow leaves no stack to handle it on.
    static char stack[65536];
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
        stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
        sigaltstack(&alternative, NULL);
    }
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = slotscope_crashed;
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    sigfillset(&action.sa_mask);
    for (int i = 0; i < slotscope_crash_signal_count; i++)
        sigaction(slotscope_crash_signals[i], &action, &slotscope_earlier.actions[i]);
}

/// Notes how the terminal is now, before ncurses changes it. False where it is no terminal.
static inline bool slotscope_note_modes(int descriptor) {
    if (tcgetattr(descriptor, &slotscope_restoration.modes) != 0) return false;
    slotscope_restoration.descriptor = descriptor;
    return true;
}

/// From now on `slotscope_restore`, `exit` and a crash write these bytes and set the modes noted. Nothing happens where
/// none were noted, as in tests.
static inline void slotscope_arm(const char *bytes, size_t count) {
    if (slotscope_restoration.descriptor < 0) return;
    slotscope_watch_for_crashes();
    if (count > sizeof slotscope_restoration.bytes) count = sizeof slotscope_restoration.bytes;
    memcpy(slotscope_restoration.bytes, bytes, count);
    slotscope_restoration.count = count;
    slotscope_hold_messages();
    slotscope_restoration.is_armed = 1;
}

/// The terminal has been given back by other means; what was held back of standard error comes out.
static inline void slotscope_disarm(void) {
    slotscope_restoration.is_armed = 0;
    slotscope_release_messages();
}

#endif
