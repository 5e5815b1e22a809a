package live

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// curveSize is the size of a number of the curve P-256, the only one of the
// sign-in service, in bytes.
const curveSize = 32

// parseProofKey reads the private key of a cached login.
func parseProofKey(text string) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("dpopKey of the cached login is not PEM")
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	if err != nil || key.Curve != elliptic.P256() {
		return nil, errors.New("dpopKey of the cached login is no P-256 key")
	}
	return key, nil
}

// A provingClient proves with each request that it has the key that a token was
// issued for: OAuth 2.0 DPoP, RFC 9449.
type provingClient struct {
	client *client
	key    *ecdsa.PrivateKey
	now    func() time.Time
}

// Do adds the proof and makes the request.
func (c *provingClient) Do(req *http.Request) (*http.Response, error) {
	proof, err := prove(c.key, req.Method, req.URL.String(), c.now())
	if err != nil {
		return nil, err
	}
	req.Header.Set("DPoP", proof)
	return c.client.Do(req)
}

// prove returns the proof for one request.
func prove(key *ecdsa.PrivateKey, method, url string, now time.Time) (string, error) {
	public, err := key.PublicKey.Bytes() // 4, then both coordinates
	if err != nil {
		return "", fmt.Errorf("encoding a public key: %w", err)
	}
	header := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]string{
		"kty": "EC",
		"crv": "P-256",
		"x":   base64.RawURLEncoding.EncodeToString(public[1 : 1+curveSize]),
		"y":   base64.RawURLEncoding.EncodeToString(public[1+curveSize:]),
	}}
	claims := map[string]any{"jti": rand.Text(), "htm": method, "htu": url, "iat": now.Unix()}
	text := encodePart(header) + "." + encodePart(claims)
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		return "", fmt.Errorf("signing a proof: %w", err)
	}
	signature := make([]byte, 2*curveSize)
	r.FillBytes(signature[:curveSize])
	s.FillBytes(signature[curveSize:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// encodePart encodes a part of a token. Maps of strings and numbers always can
// be.
func encodePart(part map[string]any) string {
	data, _ := json.Marshal(part)
	return base64.RawURLEncoding.EncodeToString(data)
}
