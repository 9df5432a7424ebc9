using System.Text.Json;
using SimulatedProvider.Exchange;

namespace SimulatedProvider.Sessions;

/// <summary>The details with which a client created a session: raw JSON values, <c>null</c> where a value was missing.</summary>
internal sealed record SessionDetails(byte[] WorkflowId, byte[] VendorData, byte[] Metadata, byte[] Callback)
{
    private static readonly byte[] Null = "null"u8.ToArray();

    /// <returns>Null when the workflow id is missing or is not a non-empty string.</returns>
    /// <exception cref="JsonException">The text is not a JSON object.</exception>
    public static SessionDetails? Parse(ReadOnlySpan<byte> json)
    {
        byte[]? workflow = null;
        byte[] vendorData = Null, metadata = Null, callback = Null;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.Is("workflow_id"u8))
                workflow = members.RawValue();
            else if (members.Is("vendor_data"u8))
                vendorData = members.RawValue();
            else if (members.Is("metadata"u8))
                metadata = members.RawValue();
            else if (members.Is("callback"u8))
                callback = members.RawValue();
            else
                members.SkipValue();
        }
        return workflow is [(byte)'"', _, .., (byte)'"'] ? new SessionDetails(workflow, vendorData, metadata, callback) : null;
    }
}
