/*
 * The words of which the texts of tasks are made; see task_random.h.
 */
#include "task_random.h"

/* The order is part of every task: a new word in the middle would change them all. */
static const char *const words[256] = {
    "able",    "acid",    "aged",    "also",    "anchor",  "angle",    "animal",  "answer",
    "apple",   "april",   "apron",   "arrow",   "artist",  "attic",    "autumn",  "baker",
    "ball",    "banana",  "barn",    "basket",  "beach",   "bean",     "bear",    "bell",
    "bench",   "berry",   "bicycle", "bird",    "blanket", "boat",     "bone",    "book",
    "bottle",  "bowl",    "box",     "branch",  "bread",   "brick",    "bridge",  "broom",
    "brother", "brush",   "bucket",  "bus",     "butter",  "button",   "cabin",   "cake",
    "camel",   "camera",  "candle",  "canoe",   "captain", "carpet",   "carrot",  "castle",
    "cat",     "cellar",  "chair",   "chalk",   "cheese",  "cherry",   "chicken", "circle",
    "city",    "cliff",   "clock",   "cloud",   "coat",    "coffee",   "coin",    "color",
    "comb",    "copper",  "corn",    "corner",  "cotton",  "cousin",   "cow",     "crown",
    "cup",     "curtain", "daisy",   "dancer",  "desert",  "desk",     "dinner",  "doctor",
    "dog",     "donkey",  "door",    "dragon",  "drawer",  "dress",    "drum",    "duck",
    "dust",    "eagle",   "ear",     "earth",   "east",    "egg",      "elbow",   "engine",
    "evening", "eye",     "factory", "farm",    "father",  "feather",  "fence",   "field",
    "finger",  "fire",    "fish",    "flag",    "floor",   "flower",   "fog",     "forest",
    "fork",    "fox",     "friend",  "frog",    "fruit",   "garden",   "gate",    "giant",
    "girl",    "glass",   "glove",   "goat",    "gold",    "goose",    "grape",   "grass",
    "guitar",  "hammer",  "hand",    "harbour", "hat",     "head",     "helmet",  "hen",
    "hill",    "honey",   "horse",   "hotel",   "house",   "island",   "jacket",  "jar",
    "juice",   "kettle",  "key",     "king",    "kitchen", "kite",     "knee",    "knife",
    "ladder",  "lake",    "lamp",    "leaf",    "leather", "lemon",    "letter",  "library",
    "lion",    "lizard",  "map",     "market",  "meadow",  "meat",     "mill",    "mirror",
    "money",   "monkey",  "moon",    "morning", "mother",  "mountain", "mouse",   "mouth",
    "music",   "nail",    "neck",    "needle",  "nest",    "net",      "night",   "north",
    "nose",    "number",  "oak",     "ocean",   "office",  "onion",    "orange",  "oven",
    "owl",     "page",    "paint",   "palace",  "paper",   "parrot",   "path",    "pear",
    "pencil",  "pepper",  "piano",   "pillow",  "pilot",   "pipe",     "plate",   "pocket",
    "poem",    "pond",    "potato",  "prince",  "queen",   "rabbit",   "radio",   "rain",
    "ring",    "river",   "road",    "rocket",  "roof",    "room",     "root",    "rope",
    "rose",    "sailor",  "salt",    "sand",    "saw",     "school",   "sea",     "shadow",
    "sheep",   "ship",    "shirt",   "shoe",    "shop",    "silver",   "sister",  "skirt",
    "sky",     "snow",    "soap",    "sock",    "soup",    "south",    "spoon",   "spring",
};

const char *task_draw_word(struct task_random *random)
{
    return words[task_draw_below(random, 256)];
}
