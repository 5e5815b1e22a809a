package awskey

// Operators of canary accounts.
const (
	Thinkst     = "Thinkst Canary"
	OtherCanary = "canary service"
	NotACanary  = ""
)

// CanaryOperator returns who runs the honeypot that the account belongs to, or
// NotACanary. Using a key of such an account, even to ask STS who it is, alerts
// its owner. The list is the one that trufflehog publishes in
// pkg/detectors/aws/access_keys/canary.go; canary services that are not on it
// are not recognised.
func CanaryOperator(account string) string {
	switch account {
	case "052310077262", "171436882533", "266735846894", "534261010715", "595918472158",
		"717712589309", "730335385048", "819147034852", "893192397702", "992382622183":
		return Thinkst
	case "044858866125", "251535659677", "344043088457", "351906852752", "390477818340",
		"426127672474", "427150556519", "439872796651", "445142720921", "465867158099",
		"637958123769", "693412236332", "732624840810", "735421457923", "959235150393",
		"982842642351":
		return OtherCanary
	}
	return NotACanary
}

// Canary reports whether the account is known to issue keys as honeypots.
func Canary(account string) bool { return CanaryOperator(account) != NotACanary }
