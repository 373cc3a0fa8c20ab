package rtc

import (
	"sync"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// current is how long the list of the machine's addresses is taken for true.
const current = 10 * time.Second

// machine knows the machine's own addresses, for all sessions. Each would ask the system and keep the answer for its
// life otherwise, which was a quarter of what a join left to be collected.
type machine struct {
	mu    sync.Mutex
	known transport.Net
	at    time.Time
}

// net gives the addresses, as the library wants them.
func (m *machine) net() (transport.Net, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || time.Since(m.at) > current {
		fresh, err := stdnet.NewNet()
		if err != nil {
			return nil, err
		}
		m.known, m.at = fresh, time.Now()
	}
	return m.known, nil
}
