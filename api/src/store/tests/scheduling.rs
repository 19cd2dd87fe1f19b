//! Lanes, turns and places.
