using System.Text.Json;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Templates;

/// <summary>What a template may be. All problems are told at once, each with its field.</summary>
internal static class TemplateValidation
{
    public const int MaxNameLength = 100;

    private const int MaxDescriptionLength = 1_000;
    private const int MaxParameters = 50;
    private const int MaxOptions = 100;
    private const int MaxOptionLength = 200;
    private const int MostBroken = 3;

    /// <summary>Everything that is wrong with it, by field.</summary>
    /// <exception cref="RefusedException">The message is larger than any may be.</exception>
    public static Dictionary<string, string[]> Problems(TemplateDefinition definition)
    {
        // What a task may not have, a template of tasks may not have either.
        var errors = TaskValidation.Problems(TemplateRendering.ToTask(definition, new RenderedTemplate(definition.Message, definition.Title, new Dictionary<string, string[]>())));
        if (string.IsNullOrWhiteSpace(definition.Name)) errors["name"] = ["name is missing: what people call the template."];
        else if (definition.Name.Length > MaxNameLength) errors["name"] = [$"name may be {MaxNameLength} characters long, not {definition.Name.Length}."];
        else if (definition.Name.Any(char.IsControl)) errors["name"] = ["name has to be one line, without control characters."];
        if (definition.Description.Length > MaxDescriptionLength) errors["description"] = [$"description may be {MaxDescriptionLength} characters long, not {definition.Description.Length}."];
        AddParameters(definition.Parameters, errors);
        AddPlaces("message", definition.Message, definition.Parameters, errors);
        AddPlaces("title", definition.Title ?? "", definition.Parameters, errors);
        return errors;
    }

    private static void AddPlaces(string field, string text, IReadOnlyList<TemplateParameter> parameters, Dictionary<string, string[]> errors)
    {
        var parts = TemplateText.Parse(text);
        var unknown = parts.Where(part => part.Name is { Length: > 0 } && parameters.All(parameter => parameter.Name != part.Name)).Select(part => part.Name!).Distinct(StringComparer.Ordinal).ToList();
        var problems = TemplateText.BrokenPlaces(parts).Take(MostBroken)
            .Select(broken => $"\"{broken}\" is no placeholder: write {{{{name}}}}, with letters, digits and underscores, or {{{{{{{{ for two braces that are meant as they are.").ToList();
        if (unknown.Count > 0) problems.Add($"{field} has a placeholder for {string.Join(", ", unknown)}, and there is no such parameter. Add it, or write {{{{{{{{ for two braces that are meant as they are.");
        if (problems.Count > 0) errors[field] = [.. errors.GetValueOrDefault(field) ?? [], .. problems];
    }

    private static void AddParameters(IReadOnlyList<TemplateParameter> parameters, Dictionary<string, string[]> errors)
    {
        if (parameters.Count > MaxParameters) errors["parameters"] = [$"A template takes up to {MaxParameters} parameters, not {parameters.Count}."];
        for (var index = 0; index < Math.Min(parameters.Count, MaxParameters); index++)
        {
            var parameter = parameters[index];
            if (!TemplateText.IsName(parameter.Name)) Add("name", $"name has to be 1 to {TemplateText.MaxNameLength} letters, digits and underscores.");
            else if (parameters.Take(index).Any(before => before.Name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))) Add("name", $"There is a parameter {parameter.Name} already.");
            if (parameter.Label is { Length: > MaxNameLength }) Add("label", $"label may be {MaxNameLength} characters long.");
            if (parameter.Description is { Length: > MaxDescriptionLength }) Add("description", $"description may be {MaxDescriptionLength} characters long.");
            AddOptions(parameter, Add);
            AddBounds(parameter, Add);
            if (parameter.Default is { ValueKind: not JsonValueKind.Null } value && TemplateArguments.TextOf(parameter, value) is null) Add("default", $"default has to be {TemplateArguments.Wanted(parameter)}.");

            void Add(string field, string problem) => errors.TryAdd($"parameters.{index}.{field}", [problem]);
        }
    }

    private static void AddOptions(TemplateParameter parameter, Action<string, string> add)
    {
        if (parameter.Type != ParameterType.Choice)
        {
            if (parameter.Options is not null) add("options", "options are for a choice.");
        }
        else if (parameter.Options is not { Count: >= 1 and <= MaxOptions } options)
        {
            add("options", $"options has to hold what there is to choose: 1 to {MaxOptions} texts.");
        }
        else if (options.Any(option => string.IsNullOrWhiteSpace(option) || option.Length > MaxOptionLength))
        {
            add("options", $"Each of the options has to be 1 to {MaxOptionLength} characters long.");
        }
        else if (options.Distinct(StringComparer.Ordinal).Count() != options.Count)
        {
            add("options", "options says something twice.");
        }
    }

    private static void AddBounds(TemplateParameter parameter, Action<string, string> add)
    {
        var isNumber = parameter.Type is ParameterType.Integer or ParameterType.Number;
        if (!isNumber && parameter.Min is not null) add("min", "min is for numbers.");
        if (!isNumber && parameter.Max is not null) add("max", "max is for numbers.");
        if (isNumber && parameter.Min > parameter.Max) add("min", "min is more than max: nothing would fit.");
        if (parameter.Type != ParameterType.String && parameter.MaxLength is not null) add("max_length", "max_length is for strings.");
        if (parameter.MaxLength is < 1 or > TaskValidation.MaxMessageBytes) add("max_length", $"max_length has to be from 1 to {TaskValidation.MaxMessageBytes}.");
    }
}
