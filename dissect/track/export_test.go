package track

// TxnSize is what it counts for a request whose octets are not kept.
const TxnSize = txnSize
