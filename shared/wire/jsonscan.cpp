// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/jsonscan.h"
