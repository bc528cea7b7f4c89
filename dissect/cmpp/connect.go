package cmpp

import "cmppdump/dissect/layout"

// C§3.1
var connectBody = layout.New(
	layout.NewText("Source_Addr", all(6), "SP_Id, or the code of a gateway on links between gateways.").As(layout.Login),
	layout.NewOctets("AuthenticatorSource", all(16), "MD5 of Source_Addr, 9 NULs, the shared secret and the Timestamp.").As(layout.Authenticator),
	layout.NewUint("Version", w1, "The version that the client speaks: high nibble major, low nibble minor.").Named("version_byte").As(layout.VersionByte).Shown(showVersionByte).InHex(),
	layout.NewUint("Timestamp", w4, "MMDDHHMMSS as a decimal number, an input of AuthenticatorSource.").As(layout.Timestamp).Shown(showTimestamp),
)

// C§3.2
var connectRespBody = layout.New(
	layout.NewUint("Status", sp(1, 4), "Whether the login succeeded.").As(layout.Status).Meaning(connectStatus),
	layout.NewOctets("AuthenticatorISMG", all(16), "MD5 of Status, AuthenticatorSource and the shared secret.").As(layout.Authenticator),
	layout.NewUint("Version", w1, "The highest version that the server supports, not necessarily the one in use.").Named("version_byte").As(layout.VersionByte).Shown(showVersionByte).InHex(),
)
