/* A plot as a file: see svg.h. */
#include "svg.h"

#include "output_file.h"

bool svg_write(const char *path, const struct plot *plot, struct problem *problem)
{
    struct output_file out;
    bool done = output_file_open_drawing(&out, path, 0666, "<svg", problem);
    if (done) {
        setvbuf(out.stream, NULL, _IOFBF, BUFSIZ); /* many small pieces, and no secret */
        plot_svg_head(out.stream, 1);
        plot_svg_part(out.stream, plot, 0);
        plot_svg_tail(out.stream);
        done = (fflush(out.stream) == 0 && !ferror(out.stream)) ||
               problem_errno(problem, "cannot write %s", path);
    }
    done = done && output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}
