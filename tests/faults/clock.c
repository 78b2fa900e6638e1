/* Another time of day for one process: FAULTS_CLOCK is how many seconds it is wrong by; with FAULTS_JUMPS it is wrong
 * in turn by that and not, every half second. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*real)(clockid_t, struct timespec *);

static time_t wrong(void) {
    const char *by = getenv("FAULTS_CLOCK");
    if (!by) return 0;
    if (getenv("FAULTS_JUMPS")) {
        struct timespec now;
        real(CLOCK_MONOTONIC, &now);
        if (now.tv_nsec < 500000000) return 0;
    }
    return atoll(by);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += wrong();
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec found;
    (void)zone;
    int failed = clock_gettime(CLOCK_REALTIME, &found);
    now->tv_sec = found.tv_sec;
    now->tv_usec = found.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *now) {
    struct timespec found;
    clock_gettime(CLOCK_REALTIME, &found);
    if (now) *now = found.tv_sec;
    return found.tv_sec;
}
