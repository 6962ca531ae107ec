/* How a program checks what a call says: `wrong` is what it ends with. Valid as C11 and as C++17. */
#ifndef CHECK_H
#define CHECK_H
#include "esent.h"
#include <stdio.h>

static int wrong;
#define IS(call, expected)                                                                \
    do {                                                                                  \
        /* Names that no call uses. */                                                    \
        long long is_said = (long long)(call), is_want = (long long)(expected);           \
        if (is_said != is_want) {                                                         \
            printf("line %d: %s: %lld, not %lld\n", __LINE__, #call, is_said, is_want);   \
            wrong = 1;                                                                    \
        }                                                                                 \
    } while (0)
#define OK(call) IS(call, JET_errSuccess)
#endif
