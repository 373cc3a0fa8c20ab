package api

// learningRights are the examples of study, teaching, cohorts and authors.
var learningRights = map[string]func(*rightsWorld) rightsCase{}
