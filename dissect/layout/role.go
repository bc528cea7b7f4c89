package layout

// Role says what a field means to pairing, rows and statistics, whatever the
// protocol calls it.
type Role uint8

// The roles. A field without one is only shown.
const (
	NoRole Role = iota
	Sequence
	Status             // the result of a response; 0 is success
	MessageID          // the id of the message itself
	From               // who sends
	To                 // who receives; may repeat
	Service            // the service code
	Account            // the sender's account (Msg_src)
	Login              // the account that logs in (Source_Addr)
	Authenticator      // the digest of a login
	Timestamp          // the time that went into the digest
	VersionByte        // the version that a login names
	PartTotal          // parts of a long message, as the PDU counts them
	PartNumber         //
	ReportFlag         // MT: report wanted; MO: this is a report
	ForwardType        // what a forwarded message is
	Coding             // the coding of the content
	UDHI               // whether the content starts with a user data header
	ContentLength      // octets of the content
	Content            // the whole content
	UserDataHeader     // the user data header inside the content
	UserData           // the content behind the header
	ReportOf           // report: the id of the message reported
	Stat               // report: the final state
	SubmitTime         // report: when it was submitted
	DoneTime           // report: when it was delivered
	ReportTo           // report: the receiver of the message reported
	SMSCSequence       // report: the SMSC's own number
	MOReport           // set on a report about an MO message, by its id
	RoleCount      int = iota
)
