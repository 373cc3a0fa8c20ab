// Package alike tells whether two records may be of one person, where names are written in several scripts,
// by several rules and in any order: Айгерім Серикова, Серикова Айгерим, Aigerim Serikova.
//
// Two forms of a name are made, and neither is ever shown or stored as a name. Fold writes words in plain
// Latin letters so that what transliterations disagree about is gone; Keys are coarser, consonants only, to
// find candidates by an index: the SQL function name_keys makes the same ones, and a test holds them equal.
package alike
