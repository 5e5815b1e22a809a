# A template for a Homebrew formula: the release fills in VERSION and the sums.
class Awscred < Formula
  desc "Which AWS credentials win on this machine, and where keys leaked"
  homepage "https://github.com/awscred/awscred"
  version "VERSION"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/awscred/awscred/releases/download/vVERSION/awscred_VERSION_darwin_arm64.tar.gz"
      sha256 "SHA256_DARWIN_ARM64"
    end
    on_intel do
      url "https://github.com/awscred/awscred/releases/download/vVERSION/awscred_VERSION_darwin_amd64.tar.gz"
      sha256 "SHA256_DARWIN_AMD64"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/awscred/awscred/releases/download/vVERSION/awscred_VERSION_linux_arm64.tar.gz"
      sha256 "SHA256_LINUX_ARM64"
    end
    on_intel do
      url "https://github.com/awscred/awscred/releases/download/vVERSION/awscred_VERSION_linux_amd64.tar.gz"
      sha256 "SHA256_LINUX_AMD64"
    end
  end

  def install
    bin.install "awscred"
    man1.install "awscred.1"
    generate_completions_from_executable(bin/"awscred", "completion", shells: [:bash, :zsh, :fish])
  end

  test do
    (testpath/"clean.txt").write "nothing\n"
    assert_match "no secrets", shell_output("#{bin}/awscred scan #{testpath}/clean.txt")
  end
end
