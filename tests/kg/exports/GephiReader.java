// Opens files with Gephi's own importers, as Gephi does when a user opens them, and prints what it then holds:
// a line of JSON for each node, edge and complaint. Two files ending in .csv are a table of nodes and one of edges.

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Element;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Interval;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.Table;
import org.gephi.graph.api.types.IntervalSet;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.importer.plugin.file.spreadsheet.ImporterSpreadsheetCSV;
import org.gephi.io.importer.plugin.file.spreadsheet.process.SpreadsheetGeneralConfiguration.Mode;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.io.processor.plugin.MergeProcessor;
import org.gephi.project.api.ProjectController;
import org.gephi.project.api.Workspace;
import org.openide.util.Lookup;

public class GephiReader {
    static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    static PrintStream out;

    public static void main(String[] files) throws Exception {
        out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.newProject();
        Workspace workspace = projects.getCurrentWorkspace();
        ImportController controller = Lookup.getDefault().lookup(ImportController.class);
        List<Container> containers = new ArrayList<>();
        for (int i = 0; i < files.length; i++) {
            File file = new File(files[i]);
            Container container;
            if (file.getName().endsWith(".csv")) {
                ImporterSpreadsheetCSV importer = new ImporterSpreadsheetCSV();
                importer.setFile(file);
                importer.setCharset(StandardCharsets.UTF_8);
                importer.setFieldDelimiter(',');
                importer.setMode(i == 0 ? Mode.NODES_TABLE : Mode.EDGES_TABLE);
                importer.refreshAutoDetections();
                // What it guesses to be points in time are dates of any precision: a user chooses text for them.
                for (String title : List.of("first", "last", "held", "said", "published", "start", "until", "date")) {
                    if (importer.getHeadersMap().containsKey(title)) {
                        importer.setColumnClass(title, String.class);
                    }
                }
                container = controller.importFile(file, importer);
            } else {
                container = controller.importFile(file);
            }
            var issues = container.getReport().getIssues(Integer.MAX_VALUE);
            while (issues.hasNext()) {
                Issue issue = issues.next();
                print("issue", Map.of("level", String.valueOf(issue.getLevel()), "message", issue.getMessage()));
            }
            containers.add(container);
        }
        if (containers.size() == 1) {
            controller.process(containers.get(0), new DefaultProcessor(), workspace);
        } else {
            controller.process(containers.toArray(new Container[0]), new MergeProcessor(), workspace);
        }
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel(workspace);
        Graph graph = model.getGraph();
        for (Node node : graph.getNodes()) {
            Map<String, Object> told = attributes(node, model.getNodeTable());
            print("node", told);
        }
        for (Edge edge : graph.getEdges()) {
            Map<String, Object> told = attributes(edge, model.getEdgeTable());
            told.put("source", edge.getSource().getId());
            told.put("target", edge.getTarget().getId());
            told.put("edge kind", edge.getTypeLabel());
            told.put("directed", edge.isDirected());
            print("edge", told);
        }
    }

    static Map<String, Object> attributes(Element element, Table table) {
        Map<String, Object> told = new LinkedHashMap<>();
        for (Column column : table) {
            Object value = element.getAttribute(column);
            if (value instanceof IntervalSet) {
                List<List<String>> spells = new ArrayList<>();
                for (Interval interval : ((IntervalSet) value).toArray()) {
                    spells.add(List.of(String.valueOf(interval.getLow()), String.valueOf(interval.getHigh())));
                }
                told.put("spells", spells);
            } else if (value != null) {
                told.put(column.getTitle(), value);
            }
        }
        return told;
    }

    static void print(String what, Map<String, Object> told) {
        out.println(GSON.toJson(Map.of(what, told)));
    }
}
