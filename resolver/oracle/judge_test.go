package oracle_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/oracle"
)

// answerTimeout is the time that a judge has for one situation.
const answerTimeout = 30 * time.Second

// A judge is a real SDK that can be asked.
type judge struct {
	// sdk is the name of the contract.
	sdk string
	// command starts a program that answers questions, one JSON object a line.
	command []string
	// source translates the name that the SDK has for the provider.
	source func(provider string) resolver.Source
	// same takes sources for one that the judge does not tell apart.
	same func(resolver.Source) resolver.Source
}

// A question is a situation as a judge gets it.
type question struct {
	Env     map[string]string `json:"env"`
	Dir     string            `json:"dir"`
	Profile string            `json:"profile"`
	Key     string            `json:"key"`
}

// A reply is what a judge says: an error, or credentials.
type reply struct {
	Outcome  resolver.Outcome `json:"outcome"`
	Provider string           `json:"provider"`
	Key      string           `json:"key"`
	Token    bool             `json:"token"`
	Error    string           `json:"error"`
}

// A session is a judge that runs. It is started again when it dies: a panic of
// the SDK, for instance, is an answer as well.
type session struct {
	judge  judge
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	lines  chan string
	stderr *bytes.Buffer
}

// ask puts a question. An error means that the judge does not work, not that
// the SDK fails.
func (s *session) ask(q question) (oracle.Answer, error) {
	if s.cmd == nil {
		if err := s.start(); err != nil {
			return oracle.Answer{}, err
		}
	}
	line, err := json.Marshal(q)
	if err != nil {
		return oracle.Answer{}, err
	}
	if _, err := s.stdin.Write(append(line, '\n')); err != nil {
		s.end()
		return oracle.Answer{}, fmt.Errorf("asking %s: %w", s.judge.sdk, err)
	}
	select {
	case text, ok := <-s.lines:
		if !ok {
			return s.died()
		}
		var r reply
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return oracle.Answer{}, fmt.Errorf("reading the answer of %s, %q: %w", s.judge.sdk, text, err)
		}
		return s.judge.answer(r), nil
	case <-time.After(answerTimeout):
		s.end()
		return oracle.Answer{}, fmt.Errorf("%s has not answered after %v", s.judge.sdk, answerTimeout)
	}
}

// died tells a panic, which is the SDK's answer, from a broken judge.
func (s *session) died() (oracle.Answer, error) {
	s.end()
	if text := s.stderr.String(); strings.Contains(text, "panic: ") {
		return oracle.Answer{Outcome: resolver.HasError, Error: "panic"}, nil
	}
	return oracle.Answer{}, fmt.Errorf("%s ended: %s", s.judge.sdk, s.stderr)
}

func (j judge) answer(r reply) oracle.Answer {
	a := oracle.Answer{Outcome: r.Outcome, Error: r.Error}
	if r.Outcome == resolver.HasCredentials {
		a.Source, a.KeyID, a.Token = j.source(r.Provider), r.Key, r.Token
	}
	return a
}

func (s *session) start() error {
	cmd := exec.Command(s.judge.command[0], s.judge.command[1:]...)
	s.stderr = &bytes.Buffer{}
	cmd.Stderr = s.stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", s.judge.sdk, err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(stdout); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	s.cmd, s.stdin, s.lines = cmd, stdin, lines
	return nil
}

// end ends the program, and waits for it.
func (s *session) end() {
	if s.cmd == nil {
		return
	}
	s.stdin.Close()
	timer := time.AfterFunc(time.Second, func() { s.cmd.Process.Kill() })
	for range s.lines {
	}
	var exit *exec.ExitError
	if err := s.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(s.stderr, err)
	}
	timer.Stop()
	s.cmd = nil
}
