/* A disk that does what a test tells it, for a program that is started with this in LD_PRELOAD.
 *
 * ONEMAP_DISK_UNDER   what the paths of the files that it is about contain
 * ONEMAP_DISK_ORDER   a file with the order in force, which may come, change and go while the program runs:
 *                       full         writes fail with ENOSPC, as on a disk without space
 *                       stop N       the program stops itself (SIGSTOP) before it writes byte N or a later one of a file
 *                                    whose name ends in -wal; the order is taken back first, so that it goes on when told to
 * Without an order, and for all other files, nothing is changed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Whether the file of fd is one of ours; its path. */
static int is_ours(int fd, char *path, size_t size) {
    const char *under = getenv("ONEMAP_DISK_UNDER");
    char link[64];
    if (!under) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, under) != 0;
}

/* Whether writing at `at` is refused; stops the program when that is the order. */
static int refuses(int fd, off_t at) {
    const char *order = getenv("ONEMAP_DISK_ORDER");
    char path[4096], text[64] = "";
    struct stat status;
    int kept = errno;
    if (!order || stat(order, &status) != 0 || !is_ours(fd, path, sizeof path)) {
        errno = kept;
        return 0;
    }
    int file = open(order, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        ssize_t length = read(file, text, sizeof text - 1);
        text[length > 0 ? length : 0] = 0;
        close(file);
    }
    errno = kept;
    if (strncmp(text, "full", 4) == 0) {
        errno = ENOSPC;
        return 1;
    }
    size_t length = strlen(path);
    if (strncmp(text, "stop ", 5) == 0 && length > 4 && strcmp(path + length - 4, "-wal") == 0 && at >= atoll(text + 5)) {
        unlink(order);
        kill(getpid(), SIGSTOP);
    }
    return 0;
}

static off_t here(int fd) { return lseek(fd, 0, SEEK_CUR); }

#define NEXT(name) (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *bytes, size_t count) {
    static ssize_t (*next)(int, const void *, size_t);
    if (!next) next = NEXT(write);
    return refuses(fd, here(fd)) ? -1 : next(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    static ssize_t (*next)(int, const void *, size_t, off_t);
    if (!next) next = NEXT(pwrite);
    return refuses(fd, at) ? -1 : next(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*next)(int, const void *, size_t, off64_t);
    if (!next) next = NEXT(pwrite64);
    return refuses(fd, at) ? -1 : next(fd, bytes, count, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
    static ssize_t (*next)(int, const struct iovec *, int, off_t);
    if (!next) next = NEXT(pwritev);
    return refuses(fd, at) ? -1 : next(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    static ssize_t (*next)(int, const struct iovec *, int, off64_t);
    if (!next) next = NEXT(pwritev64);
    return refuses(fd, at) ? -1 : next(fd, parts, count, at);
}

int posix_fallocate(int fd, off_t at, off_t count) {
    static int (*next)(int, off_t, off_t);
    if (!next) next = NEXT(posix_fallocate);
    return refuses(fd, at) ? ENOSPC : next(fd, at, count);
}

int posix_fallocate64(int fd, off64_t at, off64_t count) {
    static int (*next)(int, off64_t, off64_t);
    if (!next) next = NEXT(posix_fallocate64);
    return refuses(fd, at) ? ENOSPC : next(fd, at, count);
}
