using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Tools;

/// <summary>
/// A tool without a work folder. The function and its schema come by reflection, which takes far longer than a run may wait for
/// them, so that is done once; <see cref="Bind"/> then makes the tool of one run for the price of two small objects.
/// </summary>
internal sealed class ToolPrototype
{
    private readonly AIFunction function;
    private readonly string[] required;
    private readonly ToolRisk risk;
    private readonly Func<AIFunctionArguments, string> title;
    private readonly ToolSubject? subject;

    /// <param name="method">
    /// A method of which the parameters are the tool's arguments, by name. Those of type <see cref="WorkDirectory"/>, <see cref="ToolContext"/> and
    /// <see cref="CancellationToken"/> are filled in, and not shown to the model.
    /// </param>
    /// <param name="name">As the model knows it.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="risk">What it can do at worst.</param>
    /// <param name="title">One line for people about a call; must not throw, whatever the arguments are.</param>
    /// <param name="subject">The argument that approval rules look at, if there is one.</param>
    public ToolPrototype(
        Delegate method, string name, string description, ToolRisk risk, Func<AIFunctionArguments, string> title, ToolSubject? subject = null)
    {
        (this.risk, this.title, this.subject) = (risk, title, subject);
        required = [.. method.Method.GetParameters().Where(IsRequired).Select(parameter => parameter.Name!)];
        function = AIFunctionFactory.Create(method, new AIFunctionFactoryOptions
        {
            Name = name,
            Description = description,
            ExcludeResultSchema = true,
            MarshalResult = static (result, _, _) => ValueTask.FromResult(result),
            ConfigureParameterBinding = static parameter => IsBound(parameter.ParameterType)
                ? new() { ExcludeFromSchema = true, BindParameter = static (bound, arguments) => arguments.Context![bound.ParameterType] }
                : default,
        });
    }

    public string Name => function.Name;

    /// <param name="directory">The run's work folder.</param>
    /// <param name="context">The run's context, for a method that takes one.</param>
    public AgentTool Bind(WorkDirectory directory, ToolContext? context = null) =>
        new(new BoundFunction(this, directory, context), this.risk, this.title) { Subject = subject };

    private static bool IsBound(Type type) => type == typeof(WorkDirectory) || type == typeof(ToolContext);

    private static bool IsRequired(ParameterInfo parameter) =>
        !parameter.HasDefaultValue && !IsBound(parameter.ParameterType) && parameter.ParameterType != typeof(CancellationToken);

    private sealed class BoundFunction(ToolPrototype prototype, WorkDirectory directory, ToolContext? context) : DelegatingAIFunction(prototype.function)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            if (prototype.required.FirstOrDefault(name => IsMissing(arguments.GetValueOrDefault(name))) is { } missing)
                throw new ToolException($"{Name} needs the argument \"{missing}\".");
            // The caller's arguments stay as they were: they are also what is stored and shown. A null stands for the default.
            var bound = new AIFunctionArguments(arguments.Where(argument => !IsMissing(argument.Value)).ToDictionary())
            {
                Services = arguments.Services,
                Context = new Dictionary<object, object?> { [typeof(WorkDirectory)] = directory, [typeof(ToolContext)] = context },
            };
            try
            {
                // On a thread of its own: the calls of one step run at the same time, and most of the work here is not asynchronous.
                return await Task.Run(() => base.InvokeCoreAsync(bound, cancellationToken).AsTask(), cancellationToken).ConfigureAwait(false);
            }
            catch (JsonException failure)
            {
                throw new ToolException($"An argument of {Name} is of the wrong type: {failure.Message}", failure);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new ToolException($"The file system refused: {failure.Message}", failure);
            }
        }

        private static bool IsMissing(object? value) => value is null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined };
    }
}
