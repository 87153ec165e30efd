"""Stand-ins for official images, built for the tests from Debian's packages. See README.md."""
