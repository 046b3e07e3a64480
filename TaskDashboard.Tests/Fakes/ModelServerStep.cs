namespace TaskDashboard.Tests.Fakes;

/// <summary>One thing that a fake model server does while it answers.</summary>
public abstract record ModelServerStep
{
    public static ModelServerStep Text(params string[] pieces) => new TextStep(pieces);

    public static ModelServerStep Thought(params string[] pieces) => new ThoughtStep(pieces);

    /// <summary>Calls of one round; their arguments arrive in pieces.</summary>
    public static ModelServerStep Calls(params (string Id, string Name, string Arguments)[] calls) => new CallsStep(calls);

    public static ModelServerStep Usage(int input, int output, int cached = 0) => new UsageStep(input, output, cached);

    /// <summary>A frame exactly as given, such as broken JSON.</summary>
    public static ModelServerStep Raw(string data) => new RawStep(data);

    /// <summary>Sends nothing more until the client goes away or the server ends.</summary>
    public static ModelServerStep Stall { get; } = new StallStep();

    /// <summary>Tears the connection down without an end.</summary>
    public static ModelServerStep Cut { get; } = new CutStep();

    /// <summary>Ends the response properly, but without finish reason and end mark.</summary>
    public static ModelServerStep EndEarly { get; } = new EndEarlyStep();

    internal sealed record TextStep(string[] Pieces) : ModelServerStep;

    internal sealed record ThoughtStep(string[] Pieces) : ModelServerStep;

    internal sealed record CallsStep((string Id, string Name, string Arguments)[] Round) : ModelServerStep;

    internal sealed record UsageStep(int Input, int Output, int Cached) : ModelServerStep;

    internal sealed record RawStep(string Data) : ModelServerStep;

    internal sealed record StallStep : ModelServerStep;

    internal sealed record CutStep : ModelServerStep;

    internal sealed record EndEarlyStep : ModelServerStep;
}

/// <summary>What a fake model server answers to one request.</summary>
public sealed record ModelServerAnswer
{
    public int Status { get; init; } = 200;

    public string? RetryAfter { get; init; }

    /// <summary>The body of an answer that is not 200.</summary>
    public string Body { get; init; } = "";

    /// <summary>Takes the request and sends not even a header.</summary>
    public bool Hang { get; init; }

    public string ContentType { get; init; } = "text/event-stream";

    public IReadOnlyList<ModelServerStep> Steps { get; init; } = [];

    public static ModelServerAnswer Of(params ModelServerStep[] steps) => new() { Steps = steps };

    public static ModelServerAnswer Error(int status, string body = "", string? retryAfter = null) =>
        new() { Status = status, Body = body, RetryAfter = retryAfter };
}

/// <summary>A request as a fake model server got it.</summary>
public sealed record RecordedModelRequest(string Path, string? Authorization, System.Text.Json.JsonElement Body);
