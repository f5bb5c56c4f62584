//! Every public sentence, in one place.
