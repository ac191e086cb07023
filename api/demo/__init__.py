"""The demo: the whole program, its broker and a simulated world as child processes of one."""
