using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Attachments</c>.</summary>
public sealed class AttachmentOptions
{
    public const string Section = "TaskDashboard:Attachments";

    /// <summary>Largest file that is taken, in bytes; 1 to 1,073,741,824. Default 10 MiB.</summary>
    public long MaxBytes { get; set; } = 10 << 20;

    /// <summary>Most files of one message, and of one upload; 1 to 100. Default 10.</summary>
    public int MaxPerMessage { get; set; } = 10;
}

/// <summary>Checks the settings at start and tells every problem at once, each with its key.</summary>
internal sealed class AttachmentOptionsValidation : IValidateOptions<AttachmentOptions>
{
    public ValidateOptionsResult Validate(string? name, AttachmentOptions options)
    {
        var problems = new List<string>();
        if (options.MaxBytes is < 1 or > 1 << 30) problems.Add($"{AttachmentOptions.Section}:MaxBytes has to be from 1 to 1,073,741,824.");
        if (options.MaxPerMessage is < 1 or > 100) problems.Add($"{AttachmentOptions.Section}:MaxPerMessage has to be from 1 to 100.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
