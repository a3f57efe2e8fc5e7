/* page_live.css and page_live.js, in the program. */
#include "asset.h"
#include "live_skeleton.h"

ASSET(live_css, "channel/explain/page_live.css");
ASSET(live_js, "channel/explain/page_live.js");
