package parity

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	_ "unsafe" // for go:linkname

	"github.com/rs/zerolog"
	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"
	"github.com/zricethezav/gitleaks/v8/report"
)

// extendDepth counts, for the whole process, how many configurations were
// extended (gitleaks config/config.go:22). The command loads one configuration
// and ends; here it is set back before each.
//
//go:linkname extendDepth github.com/zricethezav/gitleaks/v8/config.extendDepth
var extendDepth int

// loading serializes loadGitleaks, which uses variables of viper and gitleaks.
var loading sync.Mutex

// loadGitleaks has gitleaks read a configuration, as its command does
// (cmd/root.go:195, initConfig and Config). files are what it may extend.
func loadGitleaks(t testing.TB, text string, files map[string]string) (cfg config.Config, err error) {
	t.Helper()
	loading.Lock()
	defer loading.Unlock()
	logging.Logger = zerolog.Nop()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(data, "$DIR", dir)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Paths to extend are relative to the working directory in gitleaks.
	text = strings.ReplaceAll(text, "$DIR", dir)
	name := filepath.Join(dir, "gitleaks.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	extendDepth = 0
	viper.Reset()
	viper.SetConfigFile(name)
	if err := viper.ReadInConfig(); err != nil {
		return cfg, err
	}
	var vc config.ViperConfig
	if err := viper.Unmarshal(&vc); err != nil {
		return cfg, err
	}
	return vc.Translate()
}

// decodeDepth is how many layers of encoding gitleaks takes off (cmd/root.go:76,
// the default of --max-decode-depth).
const decodeDepth = 5

// A detector is gitleaks, with a configuration.
type detector struct {
	*detect.Detector
}

// newDetector makes a detector that takes off as many layers of encoding as
// depth says.
func newDetector(cfg config.Config, depth int) detector {
	d := detect.NewDetector(cfg)
	d.MaxDecodeDepth = depth
	return detector{d}
}

// published is a detector with gitleaks' own configuration.
func published(t testing.TB, depth int) detector {
	t.Helper()
	cfg, err := loadGitleaks(t, "[extend]\nuseDefault = true\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.Rules) < 200 {
		t.Fatalf("gitleaks has %d rules", len(cfg.Rules))
	}
	return newDetector(cfg, depth)
}

// detect returns what gitleaks reports of one text.
func (d detector) detect(x *text) []report.Finding {
	f := detect.Fragment{Raw: string(x.data), FilePath: x.path, CommitSHA: x.commit}
	return d.Detect(f)
}
