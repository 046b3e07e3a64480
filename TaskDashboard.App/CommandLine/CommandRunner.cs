using System.CommandLine;

namespace TaskDashboard.App.CommandLine;

/// <summary>Runs what commands do, and turns every way in which that can end into an exit code and words.</summary>
internal sealed class CommandRunner(Surroundings around)
{
    public Surroundings Around => around;

    public Screen Screen { get; } = new(around);

    /// <summary>Gives the command its deed.</summary>
    public T Bind<T>(T command, Func<CommandCall, Task<int>> deed) where T : Command
    {
        command.SetAction((parsed, cancellationToken) => RunAsync(new CommandCall(this, parsed, cancellationToken), deed));
        return command;
    }

    private async Task<int> RunAsync(CommandCall call, Func<CommandCall, Task<int>> deed)
    {
        using (call)
        {
            try
            {
                return await deed(call);
            }
            catch (CommandFailure failure)
            {
                Screen.Live();
                Screen.Error(failure);
                return failure.ExitCode;
            }
            catch (OperationCanceledException) when (call.Cancelled.IsCancellationRequested)
            {
                Screen.Live();
                Screen.Note(call.WhenInterrupted ?? "Interrupted.");
                return ExitCodes.Interrupted;
            }
        }
    }
}
