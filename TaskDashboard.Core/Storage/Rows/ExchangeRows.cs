namespace TaskDashboard.Core.Storage.Rows;

/// <summary>A row of <c>exchanges</c>: what one model call sent, and what came back. Compressed; written with its step, and never changed.</summary>
internal sealed class ExchangeRow
{
    public string StepId { get; set; } = "";
    public long TaskKey { get; set; }
    public byte[] Request { get; set; } = [];
    public byte[] Response { get; set; } = [];
}

/// <summary>A row of <c>exchange_parts</c>: a message or a list of tools that calls of a task have sent, once, however many of them sent it.</summary>
internal sealed class ExchangePartRow
{
    public long TaskKey { get; set; }

    /// <summary>Of what it says, before it is compressed.</summary>
    public byte[] Digest { get; set; } = [];
    public byte[] Content { get; set; } = [];
}
