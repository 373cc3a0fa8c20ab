package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5/pgxpool"

	"mostik/lms/learning"
)

// bareCommand makes this program the bare handler; it runs as a process of its own so that its processor
// time can be told from the measuring client's.
const bareCommand = "bare-handler"

const bareDatabase = "MOSTIK_BENCH_DATABASE"

type bareAnswer struct {
	Question string          `json:"question_key"`
	Revision int64           `json:"revision"`
	Content  json.RawMessage `json:"content"`
}

type bareSaved struct {
	ID       string `json:"answer_id"`
	Revision int64  `json:"revision"`
	Late     bool   `json:"late"`
	Answered int    `json:"answered"`
	Newest   bool   `json:"newest"`
}

// serveBare answers PUT /attempts/:attempt/answers/:answer with nothing between Fiber and pgx: no token, no
// check of the answer, the statement of lms/learning and its result.
func serveBare() error {
	cfg, err := pgxpool.ParseConfig(os.Getenv(bareDatabase))
	if err != nil {
		return err
	}
	cfg.MaxConns = int32(min(max(8, 4*runtime.NumCPU()), 40)) // as the server's own pool
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	app.Put("/attempts/:attempt/answers/:answer", func(c *fiber.Ctx) error {
		var in bareAnswer
		if err := json.Unmarshal(c.Body(), &in); err != nil {
			return err
		}
		out := bareSaved{ID: c.Params("answer")}
		err := pool.QueryRow(c.UserContext(), learning.AnswerStatement(), c.Params("attempt"), out.ID, in.Question, in.Revision,
			string(in.Content), time.Now().UTC(), c.Get("X-Person")).Scan(&out.Revision, &out.Late, &out.Newest, &out.Answered)
		if err != nil {
			return err
		}
		return c.JSON(out)
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(ln.Addr())
	return app.Listener(ln)
}

// process is a program under measurement.
type process struct {
	cmd *exec.Cmd
	url string
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop asks the program to end and waits; one that does not is killed.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(os.Interrupt)
	ended := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(15 * time.Second):
		_ = p.cmd.Process.Kill()
		<-ended
	}
}

// withUs lets the kernel end a program when this one is gone, however it went.
func withUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }

func startBare(ctx context.Context, w *world) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, bareCommand)
	cmd.Env = append(os.Environ(), bareDatabase+"="+w.url)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = withUs()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		return nil, err
	}
	return &process{cmd, "http://" + strings.TrimSpace(line)}, nil
}
