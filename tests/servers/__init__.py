"""The real servers that tests and benchmarks speak to, each in a process and a folder of its own.

They come from the package registries at the versions pinned here (`jars/*/pom.xml`, `requirements/dev.txt`), listen
on the loopback interface alone, and end with the process that started them, however that one ends.
"""
