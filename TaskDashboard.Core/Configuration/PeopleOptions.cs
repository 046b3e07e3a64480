using Microsoft.Extensions.Options;

namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:People</c>: how much each person may ask for, once people have accounts. The person at this machine may everything.</summary>
public sealed class PeopleOptions
{
    public const string Section = "TaskDashboard:People";

    /// <summary>Requests of a person in a minute, all keys together; as many at once. 1 to 1,000,000. Default 1,200.</summary>
    public int RequestsPerMinute { get; set; } = 1_200;

    /// <summary>Tasks that a person makes in an hour, all keys together; 1 to 1,000,000. Default 1,000. What agents and triggers start does not count.</summary>
    public int TasksPerHour { get; set; } = 1_000;

    /// <summary>Tasks of a person that run or wait for a slot; no further ones are taken while there are so many. 1 to 1,000,000. Default 200.</summary>
    public int RunningTasks { get; set; } = 200;

    /// <summary>As <see cref="RequestsPerMinute"/>, with one key: a program that asks without end leaves its person something. Default 600.</summary>
    public int RequestsPerMinuteOfKey { get; set; } = 600;

    /// <summary>As <see cref="TasksPerHour"/>, with one key. Default 500.</summary>
    public int TasksPerHourOfKey { get; set; } = 500;

    /// <summary>As <see cref="RunningTasks"/>, of the tasks that one key has made. Default 100.</summary>
    public int RunningTasksOfKey { get; set; } = 100;
}

/// <summary>Checks the settings at start and tells every problem at once, each with its key.</summary>
internal sealed class PeopleOptionsValidation : IValidateOptions<PeopleOptions>
{
    private const int Most = 1_000_000;

    public ValidateOptionsResult Validate(string? name, PeopleOptions options)
    {
        var problems = new List<string>();
        Check(nameof(PeopleOptions.RequestsPerMinute), options.RequestsPerMinute);
        Check(nameof(PeopleOptions.TasksPerHour), options.TasksPerHour);
        Check(nameof(PeopleOptions.RunningTasks), options.RunningTasks);
        Check(nameof(PeopleOptions.RequestsPerMinuteOfKey), options.RequestsPerMinuteOfKey);
        Check(nameof(PeopleOptions.TasksPerHourOfKey), options.TasksPerHourOfKey);
        Check(nameof(PeopleOptions.RunningTasksOfKey), options.RunningTasksOfKey);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Check(string key, int value)
        {
            if (value is < 1 or > Most) problems.Add($"{PeopleOptions.Section}:{key} has to be from 1 to 1,000,000.");
        }
    }
}
