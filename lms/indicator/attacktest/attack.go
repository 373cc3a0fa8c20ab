// Package attacktest is the attacker of tests: whoever holds everything that was printed and asks how large a number that
// was not could be. It solves for all possible worlds at once, by linear programming, and shares no code with what hides.
package attacktest

import "math"

// Print is what an attacker has: unknowns, of which none is below nought, and sums of them that were printed.
type Print struct {
	rows  [][]float64
	right []float64
	// After the first question: the tableau of a world that fits, and its basis.
	tableau [][]float64
	basis   []int
	fits    bool
}

// Add tells one printed number: how much each unknown adds to it, and what it is.
func (p *Print) Add(row []float64, printed int) {
	p.rows, p.right, p.tableau = append(p.rows, row), append(p.right, float64(printed)), nil
}

const tiny = 1e-9

// Most is how much a sum of unknowns could be at most for all that was printed; it stops early once that is enough. It is
// minus infinity where no world fits.
func (p *Print) Most(goal []float64, enough float64) float64 {
	if p.tableau == nil {
		p.solve(len(goal))
	}
	if !p.fits {
		return math.Inf(-1)
	}
	return p.climb(goal, enough)
}

// solve looks for a world that fits: helpers make up what is missing of each number, and are driven to nought.
func (p *Print) solve(n int) {
	m := len(p.rows)
	p.tableau, p.basis = make([][]float64, m), make([]int, m)
	first := make([]float64, n+m)
	for i := range p.rows {
		row := make([]float64, n+m+1)
		copy(row, p.rows[i])
		row[n+i], row[n+m] = 1, p.right[i]
		p.tableau[i], p.basis[i], first[n+i] = row, n+i, -1
	}
	p.fits = p.climb(first, math.Inf(1)) > -1e-6
	// Helpers that are left in the basis stand at nought: another takes their place, or the number follows from others.
	var rows [][]float64
	var basis []int
	for i := range p.tableau {
		for j := 0; j < n && p.basis[i] >= n; j++ {
			if math.Abs(p.tableau[i][j]) > tiny {
				p.pivot(i, j, nil)
			}
		}
	}
	for i, row := range p.tableau {
		if p.basis[i] < n {
			rows, basis = append(rows, append(row[:n:n], row[n+m])), append(basis, p.basis[i])
		}
	}
	p.tableau, p.basis = rows, basis
	if rows == nil {
		p.tableau = [][]float64{}
	}
}

// climb is the simplex method: from the world at hand to one with more of the goal, until there is none.
func (p *Print) climb(goal []float64, enough float64) float64 {
	z := make([]float64, len(goal)+1)
	last := len(goal)
	copy(z, goal)
	for i, b := range p.basis {
		if c := goal[b]; c != 0 {
			for j := range z {
				z[j] -= c * p.tableau[i][j]
			}
		}
	}
	for step := range 20000 {
		if -z[last] >= enough {
			break
		}
		enter := -1
		for j, c := range z[:last] {
			if c > tiny && (enter < 0 || c > z[enter]) {
				enter = j
				if step > 500 { // Bland's rule: it never goes in circles
					break
				}
			}
		}
		if enter < 0 {
			break
		}
		leave, best := -1, math.Inf(1)
		for i, row := range p.tableau {
			if a := row[enter]; a > tiny {
				if r := row[last] / a; r < best-1e-12 || r < best+1e-12 && (leave < 0 || p.basis[i] < p.basis[leave]) {
					leave, best = i, r
				}
			}
		}
		if leave < 0 {
			return math.Inf(1)
		}
		p.pivot(leave, enter, z)
	}
	return -z[last]
}

// pivot lets one unknown into the basis for another.
func (p *Print) pivot(leave, enter int, z []float64) {
	row := p.tableau[leave]
	by := row[enter]
	for j := range row {
		row[j] /= by
	}
	for i, other := range p.tableau {
		if f := other[enter]; i != leave && f != 0 {
			for j, v := range row {
				if v != 0 {
					other[j] -= f * v
				}
			}
		}
	}
	if z != nil {
		if f := z[enter]; f != 0 {
			for j, v := range row {
				z[j] -= f * v
			}
		}
	}
	p.basis[leave] = enter
}
