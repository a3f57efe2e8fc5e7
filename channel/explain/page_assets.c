/* page.css and page.js, in the program. */
#include "asset.h"
#include "page_internal.h"

ASSET(page_css, "channel/explain/page.css");
ASSET(page_js, "channel/explain/page.js");
