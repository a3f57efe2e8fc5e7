/*
 * Single words and texts of others that people see, so that the catalogue has them: this file is read
 * by po/update.sh, and compiled by nobody.
 */

/* Headings of tables: the names of their columns in JSON. */
N_("added")
N_("address")
N_("allowed as")
N_("also") N_("bits") N_("column") N_("comment") N_("created") N_("expired") N_("expires")
    N_("exponent bits") N_("family") N_("file") N_("finding") N_("fingerprint") N_("first seen")
        N_("flaw") N_("for learning") N_("formula") N_("found") N_("harmful") N_("hint")
            N_("implementation") N_("kind") N_("last seen") N_("line") N_("message") N_("name")
                N_("number") N_("passed") N_("primitive") N_("private") N_("proof") N_("protected")
                    N_("published") N_("quota") N_("role") N_("source") N_("test") N_("text")
                        N_("times") N_("verdict") N_("yes") N_("no") N_("user") N_("admin")
                            N_("public")

    /* Verdicts, and units of costs, of the libraries. */
    N_("broken") N_("resisted") N_("not applicable") N_("not-applicable") N_("queries")
        N_("products") N_("questions") N_("roots") N_("ciphertexts") N_("guesses") N_("bases")
            N_("powers") N_("steps") N_("candidates") N_("curves") N_("divisions") N_("convergents")
                N_("multiplications") N_("exponents") N_("baby steps") N_("rho")

    /* What the system says (strerror, getaddrinfo, libuv). */
    N_("No such file or directory") N_("Permission denied") N_("File exists") N_(
        "Is a directory") N_("Not a directory") N_("No space left on device")
        N_("Read-only file system") N_("Invalid argument") N_("Bad file descriptor") N_(
            "Cannot allocate memory") N_("Connection refused") N_("Connection reset by peer")
            N_("Connection timed out") N_("Network is unreachable") N_("No route to host") N_(
                "Address already in use") N_("Cannot assign requested address") N_("Broken pipe")
                N_("Operation not permitted") N_("Too many open files") N_(
                    "Directory not empty") N_("File name too long")
                    N_("Too many levels of symbolic links") N_("Input/output error") N_(
                        "Interrupted system call") N_("Resource temporarily unavailable")
                        N_("Disk quota exceeded") N_("File too large") N_(
                            "Name or service not known") N_("Temporary failure in name resolution")
                            N_("Servname not supported for ai_socktype") N_(
                                "No address associated with hostname") N_("address already in use")
                                N_("permission denied") N_("connection refused")
                                    N_("connection reset by peer") N_("connection timed out")
                                        N_("address not available") N_("network is unreachable")
                                            N_("host is unreachable") N_("unknown node or service")
                                                N_("temporary failure") N_("end of file")
                                                    N_("broken pipe")
                                                        N_("no such file or directory")
                                                            N_("too many open files")
                                                                N_("not enough memory")
                                                                    N_("operation canceled")
