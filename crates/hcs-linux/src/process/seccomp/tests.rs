//! Programs are run by an interpreter here, and by the kernel in the tests of the whole module.
