/* lesson.css and lesson.js, in the program. */
#include "asset.h"
#include "html_page.h"

ASSET(lesson_css, "lesson/html/lesson.css");
ASSET(lesson_js, "lesson/html/lesson.js");
