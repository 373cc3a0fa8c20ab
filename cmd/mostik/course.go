package main

import (
	"fmt"
	"os"
	"time"

	"mostik/courses"
	"mostik/courses/check"
	"mostik/courses/pack"
)

type courseCmd struct {
	Check courseCheckCmd `cmd:"" help:"List every problem of a course with its file and line. Needs no database."`
}

type courseCheckCmd struct {
	Package []string `arg:"" help:"A course's folder or zip. More than one may be named." type:"existingpath"`
	Strict  bool     `help:"Fail on warnings, too."`
}

// Run checks each package, prints its problems and fails when one has an error.
func (c courseCheckCmd) Run(e *environment) error {
	errorCount, warnings := 0, 0
	for _, path := range c.Package {
		p, problems, err := checkPackage(path)
		if err != nil {
			return err
		}
		for _, x := range problems {
			fmt.Fprintf(e.out, "%s/%s\n", path, x)
			if x.Severity == courses.Error {
				errorCount++
			} else {
				warnings++
			}
		}
		if p != nil && !courses.HasErrors(problems) {
			fmt.Fprintf(e.out, "%s: the course %s may be published\n", path, p.Course.Key)
		}
	}
	if errorCount > 0 || (c.Strict && warnings > 0) {
		return fmt.Errorf("%d errors and %d warnings", errorCount, warnings)
	}
	return nil
}

// checkPackage reads a folder or a zip. The error is of a path that cannot be read at all.
func checkPackage(path string) (*pack.Package, []courses.Problem, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	now := time.Now()
	if st.IsDir() {
		p, problems := check.Folder(os.DirFS(path), pack.DefaultLimits(), now)
		return p, problems, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	p, problems := pack.ReadZip(f, st.Size(), pack.DefaultLimits())
	if p != nil {
		problems = courses.SortProblems(append(problems, check.Check(p, now)...))
	}
	return p, problems, nil
}
