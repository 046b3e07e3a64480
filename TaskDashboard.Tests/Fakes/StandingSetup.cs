using TaskDashboard.Core.Setup;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A setup as a test has put it; answers for every model in the same way.</summary>
internal sealed class StandingSetup : ISetupCheck
{
    public SetupReport Report { get; set; } = new(
        [new ModelSetup("builtin/assistant", true, true, SetupStatus.Ok)],
        [new ProgramSetup("git", SetupStatus.Ok), new ProgramSetup("rg", SetupStatus.Missing)],
        new DataDirectorySetup("/data", SetupStatus.Ok, 12L * 1024 * 1024));

    public Func<ModelSetup, ModelSetup> Answer { get; set; } = model => model with { Status = SetupStatus.Ok, FirstTokenMs = 800 };

    public List<string> Asked { get; } = [];

    public Task<SetupReport> LookAsync(CancellationToken cancellationToken = default) => Task.FromResult(Report);

    public Task<ModelSetup> AskAsync(string model, CancellationToken cancellationToken = default)
    {
        Asked.Add(model);
        return Task.FromResult(Answer(Report.Models.Single(one => one.Id == model)));
    }
}
